import StemmaBlobs
import StemmaHistory
import StemmaRecords

extension Store {
    /// What `create` did.
    public struct Creation: Sendable {
        /// The store, opened.
        public let store: Store
        /// Whether there was no store before.
        public let isNew: Bool
        /// Whether a git repository was made around it.
        public let madeRepository: Bool
        /// Keys that were added to those the store had.
        public let appendedKeys: [String]
        /// How many records had a version entry that is a key now.
        public let promotedRecords: Int
        /// What was done to `.gitignore` and `.gitattributes`; of a new store, only those that were there before.
        public let repaired: [Repair]
    }

    /// What was put right in a file beside `stemma.json`.
    public struct Repair: Sendable {
        /// The name of the file.
        public let file: String
        /// The lines that it lacked and that were added at its end; what it had is as it was.
        public let lines: [String]
        /// Whether the file was missing.
        public let isWhole: Bool
    }

    /// Makes a store in the directory `path`, and a git repository around it where there is none.
    ///
    /// On a store that is there already it writes `.gitignore` and `.gitattributes` where they are missing, and appends
    /// keys. A file of these names that is there keeps every byte; lines that the store needs are added at its end.
    /// - Parameter promoting: whether version entries that have the name of a new key become that key; without it they are
    ///   in the way.
    /// Throws `.badPlace`, `.keyInVersion` when a new key is a version entry of some record, `.namesCollide`, `.keysDiffer` when a
    /// key is there with another type.
    public static func create(
        at path: String, keys: [KeyDeclaration], promoting: Bool = false,
        options: StoreOptions = StoreOptions()
    ) throws -> Creation {
        var declarations = try KeyDeclarations(keys)
        let file = "\(path)/\(StoreSettings.fileName)"
        var appended: [String] = []
        let isNew = try FileSystem.status(file) == nil
        if isNew { try checkPlace(path) }
        if !isNew {
            let store = try open(path, options: options)
            for key in keys where store.settings.keys[key.name] == nil {
                if !promoting { try store.checkIsNoVersionEntry(key.name) }
                appended.append(key.name)
            }
            for key in keys {
                if let known = store.settings.keys[key.name], known.type != key.type {
                    throw StemmaError.keysDiffer(key, known)
                }
            }
            declarations = try KeyDeclarations(
                store.settings.keys.list + keys.filter { appended.contains($0.name) })
        }
        if isNew, try FileSystem.status("\(path)/\(StorePaths.recordsFolder)") != nil,
            try FileSystem.status("\(path)/\(StorePaths.variablesFolder)") != nil
        {
            throw StemmaError.recordsWithoutSettings(path)
        }
        var settings = StoreSettings(keys: declarations)
        if !isNew {
            settings = try StoreSettings(fileContent: FileSystem.readAll(file, limit: 1 << 20), path: file)
            settings.keys = declarations
        }
        let gaps = try CompanionFile.all.compactMap { try $0.gap(in: path) }
        let madeDirectory = try FileSystem.status(path, followLinks: true) == nil
        let parent = FileSystem.parent(of: path)
        // A repository belongs around the store, where the code is, not inside it.
        let madeRepository = try Repository.find(from: madeDirectory ? existing(parent) : path) == nil
        if madeRepository {
            try FileSystem.createDirectory(parent)
            _ = try Repository.create(at: parent)
        }
        try FileSystem.createDirectory(path)
        for gap in gaps { try gap.fill(in: path, synchronize: options.synchronize) }
        var promoted = 0
        if !isNew, promoting {
            promoted = try promote(keys, at: path, settings: settings, options: options)
        } else if isNew || !appended.isEmpty {
            try FileSystem.writeAtomically(file, settings.fileContent, synchronize: options.synchronize)
        }
        return Creation(
            store: try open(path, options: options), isNew: isNew, madeRepository: madeRepository,
            appendedKeys: isNew ? [] : appended, promotedRecords: promoted,
            repaired: gaps.filter { !isNew || !$0.isWhole }.map {
                Repair(file: $0.name, lines: $0.lines, isWhole: $0.isWhole)
            })
    }

    /// Throws `.badPlace` inside of `.git` and of another store.
    private static func checkPlace(_ path: String) throws {
        guard !path.isEmpty else { throw StemmaError.badPlace(path, "it is empty") }
        var above = try FileSystem.realPath(existing(path))
        while true {
            if FileSystem.name(of: above) == ".git" {
                throw StemmaError.badPlace(path, "it is inside of git's own directory")
            }
            if try FileSystem.status("\(above)/\(StoreSettings.fileName)") != nil {
                throw StemmaError.badPlace(path, "it is inside of the store \(above)")
            }
            let parent = FileSystem.parent(of: above)
            if parent == above { return }
            above = parent
        }
    }

    /// The nearest directory upward that is there.
    private static func existing(_ path: String) throws -> String {
        var path = path
        while try FileSystem.status(path, followLinks: true) == nil, path != "/", path != "." {
            path = FileSystem.parent(of: path)
        }
        return path
    }

    private func checkIsNoVersionEntry(_ name: String) throws {
        for variable in try workTree.variables() {
            for version in try workTree.versions(of: variable.name) where version[name] != nil {
                throw StemmaError.keyIsVersionEntry(name, variable: variable.name)
            }
        }
    }
}
