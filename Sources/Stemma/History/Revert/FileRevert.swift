import StemmaBlobs
import StemmaRecords

/// A part of a variable's settings, schemas or migrations that changed again after a commit that is to be undone.
public struct FileConflict: Hashable, Sendable {
    /// The file, relative to the store.
    public let path: String
    /// The member of `variable.json`; `nil` for other files, which are one thing each.
    public let member: String?
}

/// Takes the files of variables back to what they were before a commit.
struct FileRevert {
    private let transaction: Transaction
    private let side: RevertSide?
    private(set) var conflicts: [FileConflict] = []

    init(_ transaction: Transaction, side: RevertSide?) {
        self.transaction = transaction
        self.side = side
    }

    /// Undoes what a commit made of a file. What changed since is kept, or is a conflict.
    mutating func undo(_ change: FileDifference) throws {
        if change.file.kind == .settings { return try undoSettings(change) }
        let current = try transaction.content(of: change.file)
        guard current != change.before else { return }
        guard current == change.after || takesBack(change, member: nil) else { return }
        try transaction.set(change.file, to: change.before)
    }

    /// Undoes it member by member, as git merges a file that has a member a line.
    private mutating func undoSettings(_ change: FileDifference) throws {
        guard let content = try transaction.content(of: change.file) else { return }
        let current = try Self.members(content)
        let after = try change.after.map(Self.members) ?? [:]
        let before = try change.before.map(Self.members) ?? Self.plain(after)
        var result = current
        for name in Set(before.names + after.names).sorted() where before[name] != after[name] {
            guard current[name] != before[name] else { continue }
            guard current[name] == after[name] || takesBack(change, member: name) else { continue }
            result[name] = before[name]
        }
        if result != current {
            try transaction.set(change.file, to: JSONValue.object(result).printedPretty)
        }
    }

    /// Takes a variable away that a commit has made, once nothing of it is left. Call it when records are taken back.
    func removeEmpty(_ change: FileDifference) throws {
        guard change.file.kind == .settings, change.before == nil,
            let content = try transaction.content(of: change.file),
            try transaction.variableFiles(of: change.variable) == [change.file],
            let variable = try transaction.update.variable(change.variable),
            try !transaction.update.view.hasRecords(variable)
        else { return }
        let current = try Self.members(content)
        if try current == change.after.map({ try Self.plain(Self.members($0)) }) {
            try transaction.set(change.file, to: nil)
        }
    }

    private mutating func takesBack(_ change: FileDifference, member: String?) -> Bool {
        switch side {
        case .theirs: return true
        case .ours: return false
        case nil:
            conflicts.append(FileConflict(path: change.path, member: member))
            return false
        }
    }

    /// What a variable says of itself that has no schemas.
    private static func plain(_ members: JSONObject) -> JSONObject {
        var plain = JSONObject()
        for name in ["format", "partition"] { plain[name] = members[name] }
        return plain
    }

    private static func members(_ content: [UInt8]) throws -> JSONObject {
        try content.withUnsafeBytes { try JSONParser.parse($0) }.asObject ?? [:]
    }
}
