import StemmaBlobs

/// A file of a variable that holds no records: what it is, what its payloads look like, how they became that.
///
/// These files are read whole and changed by transactions, and commits, reverts and checks know them by their paths.
/// Other files in the same folders are somebody else's.
package struct VariableFile: Sendable {
    package enum Kind: Hashable, Sendable {
        /// `variable.json`.
        case settings
        /// `schemas/VERSION.json`.
        case schema(SchemaVersion)
        /// `migrations/FROM--TO.json`.
        case migration(from: SchemaVersion, to: SchemaVersion)
    }

    package let variable: String
    package let kind: Kind

    package static let schemasFolder = "schemas"
    package static let migrationsFolder = "migrations"
    /// The folders of a variable that have such files, besides its own.
    package static let folders = [schemasFolder, migrationsFolder]
    private static let ending = ".json"

    package init(_ variable: String, _ kind: Kind) {
        self.variable = variable
        self.kind = kind
    }

    /// The file of a path relative to the store; `nil` for one that is none of these.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 3, parts[0] == StorePaths.variablesFolder, Name.isValid(parts[1]) else {
            return nil
        }
        self.variable = parts[1]
        switch parts.count {
        case 3 where parts[2] == VariableSettings.fileName: kind = .settings
        case 4:
            guard let kind = Self.kind(folder: parts[2], name: parts[3]) else { return nil }
            self.kind = kind
        default: return nil
        }
    }

    private static func kind(folder: String, name: String) -> Kind? {
        guard name.hasSuffix(ending) else { return nil }
        let stem = name.dropLast(ending.count)
        switch folder {
        case schemasFolder:
            return (try? SchemaVersion(stem)).map(Kind.schema)
        case migrationsFolder:
            guard let dashes = stem.firstRange(of: "--"),
                let from = try? SchemaVersion(stem[..<dashes.lowerBound]),
                let to = try? SchemaVersion(stem[dashes.upperBound...])
            else { return nil }
            return .migration(from: from, to: to)
        default: return nil
        }
    }

    /// Relative to the store.
    package var path: String {
        let folder = "\(StorePaths.variablesFolder)/\(variable)"
        return switch kind {
        case .settings: "\(folder)/\(VariableSettings.fileName)"
        case .schema(let version): "\(folder)/\(Self.schemasFolder)/\(version)\(Self.ending)"
        case .migration(let from, let to):
            "\(folder)/\(Self.migrationsFolder)/\(from)--\(to)\(Self.ending)"
        }
    }

    /// The versions that the file speaks of.
    package var versions: [SchemaVersion] {
        switch kind {
        case .settings: []
        case .schema(let version): [version]
        case .migration(let from, let to): [from, to]
        }
    }

    /// The files of a variable that are there, by their paths; links and folders of such names are passed over.
    package static func all(of variable: String, in paths: StorePaths) throws -> [VariableFile] {
        let folder = "\(StorePaths.variablesFolder)/\(variable)"
        var found: [VariableFile] = []
        for place in [folder] + folders.map({ "\(folder)/\($0)" }) {
            // Never through a link: a store from a stranger stays inside itself.
            guard try FileSystem.status("\(paths.root)/\(place)")?.kind == .directory else { continue }
            for entry in try FileSystem.list("\(paths.root)/\(place)") where entry.kind == .regular {
                if let file = VariableFile(path: "\(place)/\(entry.name)") { found.append(file) }
            }
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}

extension VariableFile: Hashable {
    /// Whether both are one file. Versions that are equal in two spellings have two.
    package static func == (left: VariableFile, right: VariableFile) -> Bool { left.path == right.path }

    package func hash(into hasher: inout Hasher) { hasher.combine(path) }
}
