import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// What the store says to a call.
enum CacheAnswer {
    /// The call was made: the records of it, of which any one answers. There is more than one when it was made again
    /// and returned something else.
    case hit([RecordedCall])
    case miss(MissReason)
}

/// A call that was made: the function as it was then, the identity of the call, and its outputs, in order.
struct RecordedCall: Sendable {
    let function: LineageRecord.Function
    let invocation: Digest
    let outputs: [LineageRecord.Output]
    /// The lineage record that says so, with its digest; `nil` for a call that is being made.
    var lineage: (record: LineageRecord, digest: Digest)?
    /// Whether it is this very call, although inputs stand under other versions now: a backfill has given them these.
    var hasMovedInputs = false

    /// Whether it was made with the records that a call is made with.
    func isOf(_ call: Call) -> Bool {
        hasMovedInputs || lineage?.record.isSameCall(as: call.record(of: self)) == true
    }
}

/// Calls that were answered before: looking one up again costs no reading and no parsing.
///
/// Emptied when another process has changed the catalog, and when objects are removed or calls are forgotten; a call that
/// this process saves a new answer of is looked up anew.
struct AnswerCache {
    /// What came lately, and before: when it is too much, what was not asked for again goes.
    private var (young, old): ([Digest: Entry], [Digest: Entry]) = ([:], [:])
    private var youngBytes = 0
    /// Of lineage records as they are stored; in memory they take a few times that.
    private static let limit = 16 << 20

    /// The calls that answer an invocation; `nil` when it was not asked for lately.
    mutating func calls(_ invocation: Digest) -> [RecordedCall]? {
        if let known = young[invocation] { return known.calls }
        guard let known = old.removeValue(forKey: invocation) else { return nil }
        keep(known.calls, for: invocation, bytes: known.bytes)
        return known.calls
    }

    /// - Parameter bytes: the size of their lineage records.
    mutating func keep(_ calls: [RecordedCall], for invocation: Digest, bytes: Int) {
        if youngBytes >= Self.limit { (young, old, youngBytes) = ([:], young, 0) }
        // What surrounds them counts, too.
        let entry = Entry(calls: calls, bytes: max(bytes, 512))
        young[invocation] = entry
        youngBytes += entry.bytes
    }

    private struct Entry {
        let calls: [RecordedCall]
        let bytes: Int
    }

    /// The call was made once more.
    mutating func remove(_ invocation: Digest) {
        if let entry = young.removeValue(forKey: invocation) { youngBytes -= entry.bytes }
        old[invocation] = nil
    }

    mutating func removeAll() { (young, old, youngBytes) = ([:], [:], 0) }
}

extension Store {
    /// The recorded call that answers, and stands for what is still there; or why none does.
    ///
    /// - Parameter check: why outputs do not count; called outside of all locks, since it may read files.
    /// - Returns: with it the call as it was made: what it was given may stand for something else now.
    func answer(
        _ call: Call, _ shape: OutputShape, check: ([LineageRecord.Output]) throws -> MissReason?
    ) throws -> (found: (call: Call, recorded: RecordedCall)?, reason: MissReason) {
        var reason = MissReason.newCall
        var found: (call: Call, recorded: RecordedCall)?
        let earlier = call.earlier
        for call in [call] + earlier {
            switch try answer(call, shape) {
            case .miss(let miss): if reason == .newCall { reason = miss }
            case .hit(let calls):
                for recorded in calls {
                    if let objection = try check(recorded.outputs) {
                        reason = objection
                        continue
                    }
                    let answer = try nearest(to: call, recorded, among: calls)
                    // What was made of these very records goes before what another one gave that is the same now.
                    if earlier.isEmpty || answer.isOf(call) { return ((call, answer), reason) }
                    found = found ?? (call, answer)
                    break
                }
            }
        }
        return (found, reason)
    }

    /// Of the records of calls that answer as this one does, the one whose inputs are those of the call: from the same
    /// addresses, or from where they stood before a backfill. Otherwise the same one.
    private func nearest(
        to call: Call, _ recorded: RecordedCall, among calls: [RecordedCall]
    ) throws -> RecordedCall {
        let own = call.record(of: recorded)
        if recorded.lineage?.record.isSameCall(as: own) == true { return recorded }
        let alike = calls.filter { $0.lineage?.record.outputs == recorded.outputs }
        if let same = alike.first(where: { $0.lineage?.record.isSameCall(as: own) == true }) { return same }
        for var other in alike {
            guard let moved = other.lineage?.record.inputsUnderOtherVersions(than: own) else { continue }
            guard try !moved.contains(where: { try isThere($0) }) else { continue }
            other.hasMovedInputs = true
            return other
        }
        return recorded
    }

    /// Whether an input still stands where it stood: then what stands elsewhere is another record.
    private func isThere(_ input: LineageRecord.Input) throws -> Bool {
        guard let address = input.address else { return true }
        return try read { catalog in
            guard let variable = try catalog.variable(address.variable) else { return false }
            return try catalog.records(of: variable, keys: address.keys, version: address.version)
                .contains { workTree.handedContents(of: $0)?.contains(input.content) ?? false }
        }
    }

    /// Looks for a recorded call whose outputs are of this shape and can all be read.
    ///
    /// All lineage records that this clone can read are looked at; those of other commits when the work tree has none.
    func answer(_ call: Call, _ shape: OutputShape) throws -> CacheAnswer {
        let (names, lastSearch) = state.withLock {
            (formerNames.others(.function, than: call.function.record.name), lastHistorySearch)
        }
        let invocations = [call.invocation] + call.otherInvocations(under: names)
        let known = try answerKnown(invocations, shape)
        guard case .miss = known else { return known }
        // Another branch of this clone may have it, or one more answer than those that were forgotten.
        // Somebody else may have looked for that just now, after this call was looked up.
        guard try state.withLock({ try searchHistory() || lastHistorySearch != lastSearch }) else {
            return known
        }
        return try answerKnown(invocations, shape)
    }

    func answerKnown(_ invocations: [Digest], _ shape: OutputShape) throws -> CacheAnswer {
        try read { catalog in
            if let callsProblem { throw callsProblem }
            var reason = MissReason.newCall
            for invocation in invocations {
                if let known = answers.calls(invocation), shape.accepts(known[0].outputs),
                    !known.contains(where: { $0.outputs.contains { damaged.contains($0.digest) } })
                {
                    return .hit(known)
                }
                var calls: [RecordedCall] = []
                var bytes = 0
                for digest in try catalog.lineage(ofInvocation: invocation) {
                    if forgottenCalls.lines.contains(ForgottenCall(digest)) {
                        reason = .forgotten
                        continue
                    }
                    do {
                        let blob = try readMetadata(digest, in: catalog)
                        // Its function keeps the name that the call was made under: the records that name this one
                        // stay as they are.
                        let record = try LineageRecord(blob: blob).renamingInputs(by: formerNames)
                        guard record.invocation == invocation, let function = record.function,
                            shape.accepts(record.outputs)
                        else {
                            continue
                        }
                        guard let missing = try record.outputs.first(where: { try !has($0, in: catalog) })
                        else {
                            let call = RecordedCall(
                                function: function, invocation: invocation, outputs: record.outputs,
                                lineage: (record, digest))
                            calls.append(call)
                            bytes += blob.count
                            continue
                        }
                        reason =
                            damaged.contains(missing.digest)
                            ? .damaged("the payload \(missing.digest.short)")
                            : .outputMissing(missing.digest)
                    } catch let error as StemmaError where error.isDamageOrAbsence {
                        reason =
                            error.code == .objectMissing ? .lineageMissing(digest) : .damaged(error.message)
                    }
                }
                if !calls.isEmpty {
                    answers.keep(calls, for: invocation, bytes: bytes)
                    return .hit(calls)
                }
            }
            return .miss(reason)
        }
    }

    private func has(_ output: LineageRecord.Output, in catalog: CatalogView) throws -> Bool {
        if output.value != nil { return true }
        if damaged.contains(output.digest) {
            return try isMended(output.digest, size: output.size, in: catalog)
        }
        return try locate(output.digest, in: catalog) != nil
    }
}
