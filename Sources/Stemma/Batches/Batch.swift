import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Synchronization

/// Calls one function for many combinations of keys, several at a time, and saves what comes of it.
final class Batch: Sendable {
    let store: Store
    let function: String
    let outputs: [String]
    let schemas: BatchSchemas
    let combinations: [Keys]
    let options: BatchOptions
    private let makeStep: @Sendable (Keys) throws -> BatchStep
    let saver: ResultSaver
    let lastRun: LastRun
    let progress = Mutex(Progress())
    /// Rings when a combination is done.
    private let bell = Bell()

    struct Progress {
        var calls = SharedCalls()
        var next = 0
        var done = 0
        /// How many combinations are being worked on.
        var active = 0
        var report = BatchReport()
        var failure: (any Error)?
        var entries: [UndoneCombination] = []
        /// The first that was looked at before anything runs: its files are not read a second time.
        var first: (keys: Keys, step: BatchStep)?
    }

    /// - Parameters:
    ///   - outputs: the variables that the results are saved in.
    ///   - types: what the Swift types of the outputs state of their schema version.
    ///   - step: what is to be done at some keys. An input that is not there, or not the only one, is what it throws
    ///     `.notFound`, `.unknownVariable`, `.ambiguous` or `.fileNotFound` for; one that cannot be read is a failed
    ///     combination; anything else ends the batch.
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
        makeStep = step
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

    func fail(_ error: any Error) { progress.withLock { $0.failure = $0.failure ?? error } }

    /// What is to be done at some keys.
    func step(_ keys: Keys) throws -> BatchStep {
        let first = progress.withLock { progress in
            defer { if progress.first?.keys == keys { progress.first = nil } }
            return progress.first
        }
        if let first, first.keys == keys { return first.step }
        return try makeStep(keys)
    }
}
