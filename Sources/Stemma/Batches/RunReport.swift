import StemmaBlobs
import StemmaRecords

/// What the last run of a function left undone: one line in `local/runs/` for each combination that failed or was skipped.
struct RunReport: Sendable {
    /// One combination.
    struct Entry: Sendable {
        let keys: Keys
        /// The call that failed; `nil` when an input was missing.
        let invocation: Digest?
        let message: String
    }

    private(set) var entries: [Keys: Entry] = [:]

    private static let largestFile = 256 << 20

    /// Reads a report; an empty one where there is none, or one that cannot be read: it is only for looking at.
    static func read(_ path: String) -> RunReport {
        var report = RunReport()
        guard let bytes = try? FileSystem.readAll(path, limit: largestFile, followLinks: false) else {
            return report
        }
        for line in bytes.split(separator: 0x0A) {
            guard let value = try? line.withUnsafeBytes({ try JSONParser.parse($0) }),
                let keys = try? value["keys"].map({ try Keys(json: $0, what: "keys") }),
                let message = value["message"]?.asString
            else { continue }
            let invocation = value["invocation"]?.asString.flatMap { Digest(hex: $0) }
            report.entries[keys] = Entry(keys: keys, invocation: invocation, message: message)
        }
        return report
    }

    /// Puts the report of a run in the place of the one before; none: no file.
    static func write(_ entries: [Entry], _ path: String) throws {
        guard !entries.isEmpty else {
            try FileSystem.remove(path)
            return
        }
        var bytes: [UInt8] = []
        for entry in entries {
            var members: [(String, JSONValue)] = [
                ("keys", entry.keys.json), ("message", .string(entry.message)),
            ]
            if let invocation = entry.invocation { members.append(("invocation", .string(invocation.hex))) }
            JSONValue.object(JSONObject(members)).appendPrinted(to: &bytes)
            bytes.append(0x0A)
        }
        try FileSystem.createDirectory(FileSystem.parent(of: path))
        try FileSystem.writeAtomically(path, bytes, synchronize: false)
    }
}
