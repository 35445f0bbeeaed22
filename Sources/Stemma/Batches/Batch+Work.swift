import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// What a batch does for one combination of keys.
extension Batch {
    /// Throws `.outputIsInput` before anything runs, where it can happen: where the first step there is takes an input
    /// from a variable that it writes to, every combination is looked at.
    func checkKeepsInputs() throws {
        guard !options.replacesInputs else { return }
        var isFirst = true
        for keys in combinations {
            if options.isStopped?() == true { return }
            guard let step = try step(ifComplete: keys) else { continue }
            if isFirst {
                progress.withLock { $0.first = (keys, step) }
                if !step.writesWhereItReads(outputs) { return }
            }
            isFirst = false
            try step.checkKeepsInputs(1, store.settings.keys)
        }
    }

    private static let missing: Set<StemmaError.Code> = [
        .notFound, .fileNotFound, .unknownVariable, .ambiguous,
    ]

    /// The step at some keys; `nil` where an input is missing or cannot be read: that is told of these keys alone.
    private func step(ifComplete keys: Keys) throws -> BatchStep? {
        do {
            return try step(keys)
        } catch let error as StemmaError where Self.missing.contains(error.code) || error.isUnreadableForm {
            return nil
        }
    }

    func work(_ keys: Keys) {
        do {
            let step: BatchStep
            do {
                step = try self.step(keys)
            } catch let error as StemmaError where Self.missing.contains(error.code) {
                return finish(keys, state: .inputMissing(error.message), failure: error.message) {
                    $0.skipped += 1
                }
            } catch let error as StemmaError where error.isUnreadableForm {
                return finish(keys, state: .failed(error.message), ran: false, failure: error.message) {
                    $0.failed += 1
                }
            }
            if !options.replacesInputs { try step.checkKeepsInputs(1, store.settings.keys) }
            if options.isDryRun { return try look(keys, step) }
            let invocation = step.call.invocation
            switch progress.withLock({ $0.calls.claim(invocation, for: keys) }) {
            case .make:
                // Behind the saver's taking it in, so that the call stands in one place or the other at any moment.
                defer { progress.withLock { $0.calls.release(invocation) } }
                try compute(keys, step)
            case .putAside: return
            case .failed(let message): finishFailed(keys, message, ran: false, invocation)
            }
        } catch {
            fail(error)
        }
    }

    private func look(_ keys: Keys, _ step: BatchStep) throws {
        let (found, reason) = try store.answer(step.call, step.outputs, check: step.check)
        if let found {
            let stands = try store.stands(step, CallOutcome(found.call, found.recorded), isRaised: false)
            let state: BatchReport.State = stands ? .upToDate : .missing
            finish(keys, state: state, ran: nil) { $0.cached += 1 }
        } else {
            let state: BatchReport.State =
                if let entry = lastRun.entries[keys], entry.invocation == step.call.invocation {
                    .failed(entry.message)
                } else if let record = try store.standing(step).first {
                    .stale(try store.difference(record, step.call))
                } else {
                    .missing
                }
            var parts: [String] = []
            if case .stale(.identity(_, let old, _)) = state {
                parts = try store.changedParts(of: old, step.call.function.record)
            }
            finish(keys, state: state, reason: reason, changedParts: parts) { $0.computed += 1 }
        }
    }

    private func compute(_ keys: Keys, _ step: BatchStep) throws {
        let invocation = step.call.invocation
        var outcome: CallOutcome
        do {
            outcome = try self.outcome(of: step, check: step.check)
            if outcome.payloads == nil, try !store.stands(step, outcome),
                let damage = try store.damageInHistory(of: outcome)
            {
                outcome = try self.outcome(of: step) { _ in .damaged(damage.message) }
            }
        } catch let error as StemmaError where error.code == .interrupted {
            return
        } catch let error as StemmaError where error.code == .codeChanged {
            // All that would come after is another function's.
            return fail(error)
        } catch {
            let message = Self.message(of: error)
            // A file is one combination's own: others have one of the same content.
            if (error as? StemmaError)?.code != .inputChanged {
                progress.withLock { $0.calls.fail(invocation, message) }
            }
            return finishFailed(keys, message, ran: true, invocation)
        }
        let count = outcome.outputs.count
        let isToSave: Bool
        var reason = outcome.missReason
        do {
            // A hit that stands was looked at when it was saved.
            isToSave = try outcome.missReason != nil || !store.stands(step, outcome)
            if reason == .newCall,
                try store.standing(step).contains(where: { $0.lineage == outcome.lineage.digest })
            {
                // The very call, of which the store has lost the record.
                reason = .lineageMissing(outcome.lineage.digest)
            }
            if isToSave {
                if !options.replacesInputs { try step.checkKeepsInputs(count, store.settings.keys) }
                try schemas.check(outcome, at: step.places(count), in: store)
            }
        } catch {
            let message = Self.message(of: error)
            // It is so for everybody who makes the call, and would be computed again for each.
            if (error as? StemmaError)?.code == .schemaViolation {
                progress.withLock { $0.calls.fail(invocation, message) }
            }
            return finishFailed(keys, message, ran: outcome.missReason != nil, invocation)
        }
        if isToSave {
            try saver.add(outcome, at: step.places(count), surplus: step.surplus(count), schemas)
        }
        finish(keys, state: .upToDate, ran: reason != nil, reason: reason) {
            if reason == nil { $0.cached += 1 } else { $0.computed += 1 }
        }
    }

    /// What a call gives, from another combination of this batch, from the store, or from the function.
    ///
    /// - Parameter check: why outputs that the store has do not count.
    private func outcome(
        of step: BatchStep, check: ([LineageRecord.Output]) throws -> MissReason?
    ) throws -> CallOutcome {
        if let other = saver.unsaved(step.call.invocation) {
            return CallOutcome(step.call, other.recorded, payloads: other.payloads)
        }
        return try store.outcome(
            of: step.call, step.outputs, schema: schemas.version, check: check
        ) { [options] in
            if options.isStopped?() == true { throw StemmaError.interrupted() }
            return try step.run()
        }
    }

    private static func message(of error: any Error) -> String {
        (error as? StemmaError)?.message ?? "\(error)"
    }

    private func finishFailed(_ keys: Keys, _ message: String, ran: Bool, _ invocation: Digest) {
        finish(keys, state: .failed(message), ran: ran, failure: message, invocation: invocation) {
            $0.failed += 1
        }
    }

    private func finish(
        _ keys: Keys, state: BatchReport.State, ran: Bool? = nil, reason: MissReason? = nil,
        failure: String? = nil,
        invocation: Digest? = nil, changedParts: [String] = [], _ count: (inout BatchReport) -> Void
    ) {
        let now = progress.withLock { progress in
            count(&progress.report)
            progress.done += 1
            if options.isDryRun || failure != nil || reason?.isLoss == true {
                var combination = BatchReport.Combination(
                    keys: keys, state: state, ran: ran, reason: reason, failure: failure)
                combination.changedParts = changedParts
                progress.report.combinations.append(combination)
            }
            if let failure {
                progress.entries.append(
                    UndoneCombination(
                        function: function, variables: outputs, keys: keys, invocation: invocation,
                        message: failure))
            }
            return BatchProgress(
                done: progress.done, total: combinations.count,
                troubled: progress.report.failed + progress.report.skipped)
        }
        options.progress?(now)
    }
}
