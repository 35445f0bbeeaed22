import StemmaBlobs
import StemmaRecords

/// The lineage records that no longer answer calls: `forgotten.jsonl`, which git carries to every clone.
///
/// One `{"lineage":DIGEST}` a line, sorted, so that it merges as a set.
struct Forgotten {
    private(set) var digests: Set<Digest> = []
    /// What `stat` said of the file when it was read; `nil` for no file.
    private var status: FileStatus?

    private static let largestFile = 256 << 20

    /// Reads the file again if it has changed, and says whether it has. Throws `.invalidSettings` for a line that is none
    /// of ours.
    @discardableResult
    mutating func refresh(_ path: String) throws -> Bool {
        let now = try FileSystem.status(path)
        guard now != status else { return false }
        digests = []
        if now != nil {
            let bytes = try FileSystem.readAll(path, limit: Self.largestFile, followLinks: false)
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            for (number, line) in lines.enumerated() {
                guard let object = try? line.withUnsafeBytes({ try JSONParser.parse($0) }).asObject,
                    object.count == 1, let digest = object["lineage"]?.asString.flatMap({ Digest(hex: $0) })
                else { throw StemmaError.invalidForgotten(path, line: number + 1) }
                digests.insert(digest)
            }
        }
        status = now
        return true
    }

    /// Writes the file with these digests; none: no file.
    static func write(_ digests: Set<Digest>, _ path: String, synchronize: Bool) throws {
        guard !digests.isEmpty else {
            try FileSystem.remove(path)
            return
        }
        let lines = digests.sorted().map { "{\"lineage\":\"\($0.hex)\"}\n" }.joined()
        try FileSystem.writeAtomically(path, Array(lines.utf8), synchronize: synchronize)
    }
}

/// Which recorded calls are meant.
public enum CallSelection: Sendable {
    /// Every call of a function of that name, whatever its identity.
    case function(String)
    /// Every call of the function with that identity.
    case identity(Digest)
    /// The calls that made the records of a variable that match.
    case records(of: String, matching: Filter)
}

extension Store {
    /// Makes recorded calls answer no longer, in this clone and, once it is committed, in every other.
    ///
    /// Changes `forgotten.jsonl`, and no record. A fresh run of such a call brings its own back when it is saved.
    /// - Returns: how many lineage records were forgotten that were not before. Throws `.unknownVariable`.
    @discardableResult
    public func forget(_ selection: CallSelection) throws -> Int {
        try exclusively {
            try state.withLock {
                _ = try searchHistory()
                let chosen = try calls(selection)
                let known = try forgotten()
                let all = known.union(chosen)
                if all.count > known.count {
                    // Two branches that forget are merged as a set.
                    try CompanionFile.mergeForgotten.gap(in: path)?.fill(
                        in: path, synchronize: options.synchronize)
                    try writeForgotten(all)
                }
                return all.count - known.count
            }
        }
    }

    /// The lineage records that no longer answer. Call with `state` held.
    func forgotten() throws -> Set<Digest> {
        if try forgottenCalls.refresh(paths.forgotten) { answers.removeAll() }
        return forgottenCalls.digests
    }

    /// Lets lineage records answer again that a fresh run has made. Call with the lock and `state` held.
    func revive(_ digests: Set<Digest>) throws {
        guard !digests.isEmpty else { return }
        try writeForgotten(forgotten().subtracting(digests))
    }

    /// Writes the file, and reads it again: this process's next call is to know.
    private func writeForgotten(_ digests: Set<Digest>) throws {
        try Forgotten.write(digests, paths.forgotten, synchronize: options.synchronize)
        _ = try forgotten()
    }

    private func calls(_ selection: CallSelection) throws -> Set<Digest> {
        var chosen: Set<Digest> = []
        switch selection {
        case .function(let name):
            try forEachCall { digest, record in if record.function?.name == name { chosen.insert(digest) } }
        case .identity(let identity):
            try forEachCall { digest, record in
                if record.function?.identity == identity { chosen.insert(digest) }
            }
        case .records(let variable, let filter):
            var invocations: Set<Digest> = []
            try workTree.forEachRecord(of: variable, matching: filter) { record in
                if let lineage = record.lineage { invocations.formUnion(try self.invocation(of: lineage)) }
                return true
            }
            // Others may have made the same call from other addresses: they would go on answering it.
            try catalog.read { view in
                for invocation in invocations { chosen.formUnion(try view.lineage(ofInvocation: invocation)) }
            }
        }
        return chosen
    }

    /// The invocation of a lineage record; none for an edit, or for a record that cannot be read.
    private func invocation(of lineage: Digest) throws -> [Digest] {
        do {
            return try catalog.read { try callRecord(lineage, in: $0).invocation.map { [$0] } ?? [] }
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return []
        }
    }
}

extension StemmaError {
    static func invalidForgotten(_ path: String, line: Int) -> StemmaError {
        StemmaError(
            .invalidSettings, "\(path):\(line) is not {\"lineage\":\"<digest>\"}",
            hint: "delete the line, or take the file back from git",
            fields: ["path": path, "line": String(line)])
    }
}
