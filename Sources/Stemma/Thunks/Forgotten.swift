import StemmaBlobs
import StemmaRecords

/// A lineage record that answers no calls any more: a line of `forgotten.jsonl`.
struct ForgottenCall: MergedLine {
    static let fileName = StorePaths.forgottenFile
    static let grammar = "{\"lineage\":\"<digest>\"}"

    let lineage: Digest

    init(_ lineage: Digest) { self.lineage = lineage }

    init?(_ object: JSONObject) {
        guard object.count == 1, let digest = object["lineage"]?.asString.flatMap({ Digest(hex: $0) }) else {
            return nil
        }
        lineage = digest
    }

    var json: JSONObject { ["lineage": .string(lineage.hex)] }
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
                let all = known.union(chosen.map(ForgottenCall.init))
                if all.count > known.count { try writeForgotten(all) }
                return all.count - known.count
            }
        }
    }

    /// The lineage records that no longer answer. Call with `state` held.
    func forgotten() throws -> Set<ForgottenCall> {
        if try forgottenCalls.refresh(in: path) { answers.removeAll() }
        return forgottenCalls.lines
    }

    /// Lets lineage records answer again that a fresh run has made. Call with the lock and `state` held.
    func revive(_ digests: Set<Digest>) throws {
        guard !digests.isEmpty else { return }
        try writeForgotten(forgotten().subtracting(digests.map(ForgottenCall.init)))
    }

    /// Writes the file, and reads it again: this process's next call is to know.
    private func writeForgotten(_ calls: Set<ForgottenCall>) throws {
        try MergedLines.write(calls, in: path, synchronize: options.synchronize)
        _ = try forgotten()
    }

    private func calls(_ selection: CallSelection) throws -> Set<Digest> {
        var chosen: Set<Digest> = []
        switch selection {
        case .function(let name):
            let name = formerNames.current(.function, name)
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
