import StemmaBlobs
import StemmaHistory
import StemmaRecords

extension Store {
    /// What `create` did.
    public struct Creation: Sendable {
        public let store: Store
        /// Whether there was no store before.
        public let isNew: Bool
        /// Whether a git repository was made around it.
        public let madeRepository: Bool
        /// Keys that were added to those the store had.
        public let appendedKeys: [String]
        /// Files that were missing or not as they should be, and were written.
        public let repaired: [String]
    }

    /// Makes a store in the directory `path`, and a git repository around it where there is none.
    ///
    /// On a store that is there already it writes companion files that are missing and appends keys.
    /// Throws `.keyInVersion` when a new key is a version entry of some record, `.namesCollide`, `.keysDiffer` when a
    /// key is there with another type.
    public static func create(
        at path: String, keys: [KeyDeclaration], options: StoreOptions = StoreOptions()
    ) throws -> Creation {
        var declarations = try KeyDeclarations(keys)
        let file = "\(path)/\(StoreSettings.fileName)"
        var appended: [String] = []
        let isNew = try FileSystem.status(file) == nil
        if !isNew {
            let store = try open(path, options: options)
            for key in keys where store.settings.keys[key.name] == nil {
                try store.checkIsNoVersionEntry(key.name)
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
        let madeDirectory = try FileSystem.status(path, followLinks: true) == nil
        let parent = FileSystem.parent(of: path)
        // A repository belongs around the store, where the code is, not inside it.
        let madeRepository = try Repository.find(from: madeDirectory ? existing(parent) : path) == nil
        if madeRepository {
            try FileSystem.createDirectory(parent)
            _ = try Repository.create(at: parent)
        }
        try FileSystem.createDirectory(path)
        var repaired: [String] = []
        for companion in CompanionFile.all where try !companion.isComplete(in: path) {
            try companion.complete(in: path, synchronize: options.synchronize)
            repaired.append(companion.name)
        }
        if isNew || !appended.isEmpty {
            try FileSystem.writeAtomically(file, settings.fileContent, synchronize: options.synchronize)
        }
        return Creation(
            store: try open(path, options: options), isNew: isNew, madeRepository: madeRepository,
            appendedKeys: isNew ? [] : appended, repaired: isNew ? [] : repaired)
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
