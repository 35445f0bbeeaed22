import StemmaBlobs
import StemmaRecords
import Synchronization

/// Collects the results of a batch and saves them many at a time, none held back longer than a second.
///
/// A result is only saved; the functions run without any lock meanwhile.
final class ResultSaver: Sendable {
    private enum Change {
        case save(Record, TracedOrigin, StatedType?)
        /// A call without outputs: its lineage is all there is.
        case keep(PendingLineage)
        /// Only while this is what stands there.
        case remove(Record)
    }

    private struct State {
        var waiting: [Change] = []
        var bytes = 0
        /// When the oldest that waits came, in nanoseconds.
        var since: Int64 = 0
        var failure: (any Error)?
        /// The calls whose results are not saved yet: the same call at other keys is not made again.
        var unsaved: [Digest: CallOutcome] = [:]
    }

    private static let longest: Int64 = 500_000_000
    private static let most = 4096
    private static let mostBytes = 64 << 20

    private let store: Store
    private let state = Mutex(State())
    private let flushing = Mutex(())

    init(_ store: Store) { self.store = store }

    /// Takes in the outputs of a call. Throws what an earlier saving threw: then nothing more is to be computed.
    ///
    /// - Parameter surplus: records that are to go with that.
    func add(_ outcome: CallOutcome, at places: [Address], surplus: [Record], _ schemas: BatchSchemas) throws
    {
        let isDue = try state.withLock { state in
            if let failure = state.failure { throw failure }
            if state.waiting.isEmpty { state.since = FileSystem.now() }
            if outcome.payloads != nil { state.unsaved[outcome.invocation] = outcome }
            for (index, place) in places.enumerated() {
                let output = outcome.outputs[index]
                let origin = TracedOrigin(
                    outcome.lineage, output: index, content: output.digest,
                    payload: outcome.payloads?[index], isOfBatch: true)
                let record = Record(
                    variable: place.variable, keys: place.keys, version: place.version,
                    content: output.digest, format: output.format, size: output.size,
                    lineage: outcome.lineage.digest, output: index, value: output.value)
                state.waiting.append(.save(record, origin, schemas.type(of: index)))
                state.bytes += outcome.payloads?[index].bytes?.count ?? 0
            }
            if places.isEmpty, let pending = outcome.lineage.pending { state.waiting.append(.keep(pending)) }
            state.waiting += surplus.map { .remove($0) }
            return state.waiting.count >= Self.most || state.bytes >= Self.mostBytes
        }
        if isDue { try flush() }
    }

    /// A call that was just made, and whose results are not saved yet.
    func unsaved(_ invocation: Digest) -> CallOutcome? { state.withLock { $0.unsaved[invocation] } }

    /// Saves what has waited long enough; called from time to time.
    func flushIfDue() throws {
        let isDue = state.withLock { state in
            !state.waiting.isEmpty && FileSystem.now() - state.since >= Self.longest
        }
        if isDue { try flush() }
    }

    /// Saves all that waits, in one transaction.
    ///
    /// What cannot be saved because somebody else is at work goes on waiting. When it is too much to hold, or `isLast`,
    /// it is tried a few times more; then, as for everything else that saving throws, nothing more is to be computed.
    func flush(isLast: Bool = false) throws {
        // One at a time: each takes what is there, and answers for it until it is saved.
        try flushing.withLock { _ in try flushAlone(isLast: isLast) }
    }

    private func flushAlone(isLast: Bool) throws {
        let (changes, calls, bytes) = state.withLock { state in
            defer { (state.waiting, state.bytes) = ([], 0) }
            return (state.waiting, Array(state.unsaved.keys), state.bytes)
        }
        guard !changes.isEmpty else { return }
        let isTooMuch = bytes > Self.mostBytes || changes.count > Self.most
        do throws(Unsaved) {
            try save(changes, attempts: isLast || isTooMuch ? Self.attempts : 1)
            // Only now: until here the store could not have answered.
            state.withLock { state in for call in calls { state.unsaved[call] = nil } }
        } catch {
            if Self.isPassing(error.cause), !isLast, !isTooMuch {
                return state.withLock { state in
                    state.waiting = error.rest + state.waiting
                    state.bytes += bytes
                    state.since = FileSystem.now()
                }
            }
            let told: any Error =
                (error.cause as? StemmaError).map { Self.telling($0, lost: error.rest) } ?? error.cause
            state.withLock { $0.failure = $0.failure ?? told }
            throw told
        }
    }

    /// What goes by when somebody else has done with the store.
    private static func isPassing(_ error: any Error) -> Bool {
        [.locked, .workTreeChanged, .catalogBusy].contains((error as? StemmaError)?.code)
    }

    private static let attempts = 3

    /// Not all could be saved.
    private struct Unsaved: Error {
        let cause: any Error
        let rest: [Change]
    }

    private func save(_ changes: [Change], attempts: Int) throws(Unsaved) {
        do {
            try store.transaction { transaction in
                for change in changes { try Self.apply(change, transaction) }
            }
        } catch {
            // Who is told to hurry has waited already, and would be told of an attempt that has not.
            if Self.isPassing(error), attempts > 1, store.options.isHurried?() != true {
                return try save(changes, attempts: attempts - 1)
            }
            guard Self.isOnesOwn(error), changes.count > 1 else {
                throw Unsaved(cause: error, rest: changes)
            }
            // One that names what is damaged does not take the others along. Whoever looks again finds a miss.
            try saveOneByOne(changes)
        }
    }

    private func saveOneByOne(_ changes: [Change]) throws(Unsaved) {
        var first: (any Error)?
        var rest: [Change] = []
        for (index, change) in changes.enumerated() {
            do throws(Unsaved) {
                try save([change], attempts: Self.attempts)
            } catch {
                guard Self.isOnesOwn(error.cause) else {
                    throw Unsaved(cause: error.cause, rest: rest + changes[index...])
                }
                first = first ?? error.cause
                rest.append(change)
            }
        }
        if let first { throw Unsaved(cause: first, rest: rest) }
    }

    /// Whether the error is about one result, and says nothing of the others.
    private static func isOnesOwn(_ error: any Error) -> Bool {
        guard let error = error as? StemmaError else { return false }
        return error.isDamageOrAbsence || error.code == .schemaViolation
    }

    private static func apply(_ change: Change, _ transaction: Transaction) throws {
        switch change {
        case .save(let record, let origin, let type):
            try transaction.save(record, origin: origin, type: type)
        case .keep(let pending): try transaction.put(pending)
        case .remove(let record):
            if try transaction.record(at: record.address) == record { try transaction.remove(record.address) }
        }
    }

    /// The error, with what it has cost.
    private static func telling(_ error: StemmaError, lost changes: [Change]) -> StemmaError {
        let computed = changes.count { change in
            if case .save(_, let origin, _) = change { origin.payload != nil } else { false }
        }
        guard computed > 0 else { return error }
        let results = computed == 1 ? "1 result that was" : "\(computed) results that were"
        return StemmaError(
            error.code, "\(error.message); \(results) computed could not be saved", hint: error.hint,
            fields: error.fields)
    }
}
