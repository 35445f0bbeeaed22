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
            defer { progress.next += 1 }
            progress.active += 1
            return combinations[progress.next]
        }
    }

    private var isGoingOn: Bool {
        let isStopped = options.isStopped?() == true
        return progress.withLock { $0.active > 0 || !isStopped && hasMore($0) }
    }

    private func hasMore(_ progress: borrowing Progress) -> Bool {
        progress.failure == nil && progress.next < combinations.count
    }

    private func fail(_ error: any Error) { progress.withLock { $0.failure = $0.failure ?? error } }

    private func work(_ keys: Keys) {
        do {
            let step: BatchStep
            do {
                step = try self.step(keys)
            } catch let error as StemmaError
                where [.notFound, .fileNotFound, .unknownVariable, .ambiguous].contains(error.code)
            {
                return finish(keys, state: .inputMissing(error.message), failure: error.message) {
                    $0.skipped += 1
                }
            }
            if !options.replacesInputs { try step.checkKeepsInputs(store.settings.keys) }
            if options.isDryRun { return try look(keys, step) }
            try compute(keys, step)
        } catch {
            fail(error)
        }
    }

    private func look(_ keys: Keys, _ step: BatchStep) throws {
        let (recorded, reason) = try store.answer(step.call, step.outputs, check: step.check)
        if let recorded {
            let stands = try store.stands(step, CallOutcome(step.call, recorded), isRaised: false)
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
        let outcome: CallOutcome
        let isToSave: Bool
        let claim = saver.claim(step.call.invocation)
        // Behind the saver's taking it in, so that the call stands in one place or the other at any moment.
        defer { if case .make = claim { saver.release(step.call.invocation) } }
        do {
            switch claim {
            case .made(let other):
                outcome = CallOutcome(step.call, other.recorded, payloads: other.payloads)
            case .make:
                outcome = try store.outcome(
                    of: step.call, step.outputs, schema: schemas.version, check: step.check, run: step.run)
            }
            // A hit that stands was looked at when it was saved.
            isToSave = try outcome.missReason != nil || !store.stands(step, outcome)
            if isToSave {
                try schemas.check(outcome, at: step.places(outcome.outputs.count), in: store)
            }
        } catch let error as StemmaError where error.code == .interrupted {
            return
        } catch let error as StemmaError where error.code == .codeChanged {
            // All that would come after is another function's.
            return fail(error)
        } catch {
            let message = (error as? StemmaError)?.message ?? "\(error)"
            return finish(
                keys, state: .failed(message), ran: true, failure: message, invocation: step.call.invocation
            ) { $0.failed += 1 }
        }
        if isToSave {
            let count = outcome.outputs.count
            try saver.add(outcome, at: step.places(count), surplus: step.surplus(count), schemas)
        }
        finish(keys, state: .upToDate, ran: outcome.missReason != nil, reason: outcome.missReason) {
            if outcome.missReason == nil { $0.cached += 1 } else { $0.computed += 1 }
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
            if options.isDryRun || failure != nil {
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

extension Store {
    /// The records that stand where the outputs of a step go, under versions that contain theirs.
    fileprivate func standing(_ step: BatchStep) throws -> [Record] {
        try step.places(1).flatMap { place in
            try variants(at: place).filter { $0.version.contains(place.version) }
        }
    }

    /// The records that outputs of a function have left behind the last of these places: one after another, up to the
    /// first place that has none.
    func surplus(of function: String, places: some Sequence<Address>) throws -> [Record] {
        let function = try state.withLock { try currentNames().current(.function, function) }
        var found: [Record] = []
        for place in places {
            let records = try variants(at: place).filter { record in
                guard record.version == place.version, let lineage = record.lineage else { return false }
                do {
                    return try read { try callRecord(lineage, in: $0).function?.name } == function
                } catch let error as StemmaError where error.isDamageOrAbsence {
                    // It may be somebody's own.
                    return false
                }
            }
            if records.isEmpty { break }
            found += records
        }
        return found
    }

    private func variants(at place: Address) throws -> [Record] {
        try read { catalog in
            guard let variable = try catalog.variable(place.variable) else { return [] }
            return try catalog.records(of: variable, keys: place.keys)
        }
    }

    /// Whether the outputs of a call stand where they go, with the lineage that the call gives them.
    ///
    /// - Parameter isRaised: whether a record of an older schema version than its variable's does not count.
    fileprivate func stands(_ step: BatchStep, _ outcome: CallOutcome, isRaised: Bool = true) throws -> Bool {
        let lineage = outcome.lineage.digest
        guard try step.surplus(outcome.outputs.count).isEmpty else { return false }
        return try step.places(outcome.outputs.count).enumerated().allSatisfy { index, place in
            let standing = try variants(at: place).standing(
                under: place.version, lineage: lineage, output: index,
                content: outcome.outputs[index].digest)
            return try standing.map { try !isRaised || !isBehind($0) } ?? false
        }
    }

    /// Whether a record is of an older schema version than records of its variable are saved under.
    private func isBehind(_ record: Record) throws -> Bool {
        guard let settings = try read({ try $0.variable(record.variable)?.settings }),
            let current = settings.schema
        else { return false }
        return settings.version(of: record).map { $0 < current } ?? false
    }

    /// Why a record is not what a call would make; `nil` when that cannot be told.
    fileprivate func difference(_ record: Record, _ call: Call) throws -> CallDifference? {
        guard let digest = record.lineage else { return .origin }
        do {
            return try read { catalog in
                // The code may still have the name that the function had.
                let call = call.proposed.renaming(by: try currentNames())
                return CallDifference(from: try callRecord(digest, in: catalog), to: call)
            }
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return nil
        }
    }
}
