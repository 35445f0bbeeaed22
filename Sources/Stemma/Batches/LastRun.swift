import StemmaBlobs
import StemmaRecords

/// A combination of keys that the last run of a function left undone.
public struct UndoneCombination: Sendable {
    /// The function.
    public let function: String
    /// The variables that its results would have been saved in.
    public let variables: [String]
    /// The combination.
    public let keys: Keys
    /// The identity of the call that failed; `nil` when an input was missing.
    public let invocation: Digest?
    /// What went wrong.
    public let message: String
}

/// What the last run of a function left undone: one line in `local/runs/` for each combination that failed or was skipped.
struct LastRun: Sendable {
    private(set) var entries: [Keys: UndoneCombination] = [:]

    private static let largestFile = 256 << 20

    init(_ entries: [UndoneCombination] = []) {
        self.entries = Dictionary(entries.map { ($0.keys, $0) }) { $1 }
    }

    /// Reads a report; an empty one where there is none, or one that cannot be read: it is only for looking at.
    static func read(_ path: String) -> LastRun {
        var run = LastRun()
        guard let bytes = try? FileSystem.readAll(path, limit: largestFile, followLinks: false) else {
            return run
        }
        for line in bytes.split(separator: 0x0A) {
            guard let value = try? line.withUnsafeBytes({ try JSONParser.parse($0) }),
                let keys = try? value["keys"].map({ try Keys(json: $0, what: "keys") }),
                let message = value["message"]?.asString
            else { continue }
            run.entries[keys] = UndoneCombination(
                function: value["function"]?.asString ?? "",
                variables: value["variables"].map(Self.strings) ?? [], keys: keys,
                invocation: value["invocation"]?.asString.flatMap { Digest(hex: $0) }, message: message)
        }
        return run
    }

    private static func strings(_ value: JSONValue) -> [String] {
        if case .array(let elements) = value { elements.compactMap(\.asString) } else { [] }
    }

    /// Makes the report of a function that of one of another name.
    static func rename(_ path: String, to new: String, function: String) throws {
        guard try FileSystem.status(path) != nil else { return }
        let entries = read(path).entries.values.map { entry in
            UndoneCombination(
                function: function, variables: entry.variables, keys: entry.keys,
                invocation: entry.invocation,
                message: entry.message)
        }
        try LastRun(entries).write(new)
        try FileSystem.remove(path)
    }

    /// Puts the report of a run in the place of the one before; none: no file.
    func write(_ path: String) throws {
        guard !entries.isEmpty else {
            try FileSystem.remove(path)
            return
        }
        let lines = entries.values.map(\.line).sorted { $0.lexicographicallyPrecedes($1) }
        try FileSystem.createDirectory(FileSystem.parent(of: path))
        try FileSystem.writeAtomically(path, Array(lines.joined()), synchronize: false)
    }
}

extension UndoneCombination {
    fileprivate var line: [UInt8] {
        var members: [(String, JSONValue)] = [
            ("function", .string(function)), ("keys", keys.json), ("message", .string(message)),
            ("variables", .array(variables.map(JSONValue.string))),
        ]
        if let invocation { members.append(("invocation", .string(invocation.hex))) }
        return JSONValue.object(JSONObject(members)).printed + [0x0A]
    }
}

extension Store {
    /// What the last runs of all functions left undone at some keys and in some variable.
    public func undoneCombinations(of variable: String, at keys: Keys) throws -> [UndoneCombination] {
        guard try FileSystem.status(paths.runs) != nil else { return [] }
        return try FileSystem.list(paths.runs).compactMap { file in
            guard let entry = LastRun.read("\(paths.runs)/\(file.name)").entries[keys],
                entry.variables.contains(variable)
            else { return nil }
            return entry
        }
    }
}
