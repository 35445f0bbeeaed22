import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Synchronization

/// Calls one function for many combinations of keys, several at a time, and saves what comes of it.
final class Batch: Sendable {
    private let store: Store
    private let function: String
    private let outputs: [String]
    private let schemas: BatchSchemas
    private let combinations: [Keys]
    private let options: BatchOptions
    private let step: @Sendable (Keys) throws -> BatchStep
    private let saver: ResultSaver
    private let lastRun: LastRun
    private let progress = Mutex(Progress())
    /// Rings when a combination is done.
    private let bell = Bell()

    private struct Progress {
        var calls = SharedCalls()
        var next = 0
        var done = 0
        /// How many combinations are being worked on.
        var active = 0
        var report = BatchReport()
        var failure: (any Error)?
        var entries: [UndoneCombination] = []
    }

    /// - Parameters:
    ///   - outputs: the variables that the results are saved in.
    ///   - types: what the Swift types of the outputs state of their schema version.
    ///   - step: what is to be done at some keys. An input that is not there, or not the only one, is what it throws
    ///     `.notFound`, `.unknownVariable`, `.ambiguous` or `.fileNotFound` for; anything else ends the batch.
    init(
        _ store: Store, function: String, outputs: [String], types: [StatedType?] = [],
        combinations: [Keys], options: BatchOptions,
        step: @escaping @Sendable (Keys) throws -> BatchStep
    ) throws {
        schemas = try BatchSchemas(store, outputs, types: types)
        self.store = store
        self.function = function
        self.outputs = outputs
        self.combinations = combinations
        self.options = options
        self.step = step
        saver = ResultSaver(store)
        lastRun = LastRun.read(store.paths.run(of: function))
    }

    /// Runs all of it. Throws when results cannot be saved; what was saved until then stays.
    func run() throws -> BatchReport {
        // Its threads would wait for this one, which waits for them.
        if store.writing.isHeldByThisThread { throw StemmaError.nestedTransaction() }
        // Once, and not for every combination.
        _ = try store.state.withLock { try store.forgotten() }
        try checkKeepsInputs()
        let jobs = max(1, min(options.jobs ?? WorkerThreads.cores, combinations.count))
        // One thread more sees to it that no result waits for the next one to come.
        WorkerThreads.run(jobs + 1) { [self] number in
            if number == 0 {
                while true {
                    let rings = bell.count
                    guard isGoingOn else { break }
                    do { try saver.flushIfDue() } catch { fail(error) }
                    bell.wait(since: rings, seconds: 0.1)
                }
            } else {
                while let keys = next() {
                    work(keys)
                    progress.withLock { $0.active -= 1 }
                    bell.ring()
                }
                bell.ring()
            }
        }
        // What went wrong is remembered, and what was computed before it is kept, whatever ends the batch.
        let (report, entries) = progress.withLock { progress in
            progress.report.isInterrupted = progress.done < combinations.count
            // Jobs end in any order; they are read in that of the keys.
            let places = Dictionary(combinations.enumerated().map { ($1, $0) }) { first, _ in first }
            progress.report.combinations.sort { places[$0.keys, default: 0] < places[$1.keys, default: 0] }
            return (progress.report, progress.entries)
        }
        store.saveRaisedDigests()
        let failure = progress.withLock { $0.failure }
        // Results first: a report that cannot be written costs none.
        let saving = Result { try saver.flush(isLast: true) }
        let reporting = Result {
            if !options.isDryRun { try LastRun(entries).write(store.paths.run(of: function)) }
        }
        if let failure { throw failure }
        try saving.get()
        try reporting.get()
        return report
    }

    private func next() -> Keys? {
        // A caller's closure, which may take its time: outside of the lock.
        if options.isStopped?() == true { return nil }
        return progress.withLock { progress in
            guard hasMore(progress) else { return nil }
            progress.active += 1
            if let keys = progress.calls.takeReady() { return keys }
            defer { progress.next += 1 }
            return combinations[progress.next]
        }
    }

    private var isGoingOn: Bool {
        let isStopped = options.isStopped?() == true
        return progress.withLock { $0.active > 0 || !isStopped && hasMore($0) }
    }

    private func hasMore(_ progress: borrowing Progress) -> Bool {
        progress.failure == nil && (progress.calls.hasReady || progress.next < combinations.count)
    }

    private func fail(_ error: any Error) { progress.withLock { $0.failure = $0.failure ?? error } }

    /// Throws `.outputIsInput` before anything runs, where it can happen: where the first step there is takes an input
    /// from a variable that it writes to, every combination is looked at.
    private func checkKeepsInputs() throws {
        guard !options.replacesInputs else { return }
        var isFirst = true
        for keys in combinations {
            if options.isStopped?() == true { return }
            guard let step = try step(ifComplete: keys) else { continue }
            if isFirst, !step.writesWhereItReads(outputs) { return }
            isFirst = false
            try step.checkKeepsInputs(1, store.settings.keys)
        }
    }

    private static let missing: Set<StemmaError.Code> = [
        .notFound, .fileNotFound, .unknownVariable, .ambiguous,
    ]

    /// The step at some keys; `nil` where an input is missing.
    private func step(ifComplete keys: Keys) throws -> BatchStep? {
        do {
            return try step(keys)
        } catch let error as StemmaError where Self.missing.contains(error.code) {
            return nil
        }
    }

    private func work(_ keys: Keys) {
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
            progress.withLock { $0.calls.fail(invocation, message) }
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
            let ran = outcome.missReason != nil
            return finishFailed(keys, Self.message(of: error), ran: ran, invocation)
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
