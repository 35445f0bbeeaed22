import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Synchronization

/// A value that knows where it comes from: a loaded record, or the output of a thunk.
///
/// The value itself is read when it is first asked for.
public struct Traced<Value: Sendable>: Sendable {
    /// The digest of the payload; of a record that was raised when it was loaded, of what it was raised to.
    public let content: Digest
    /// The encoding of the payload.
    public let format: PayloadFormat
    /// The payload's size in bytes, in the same form.
    public let size: Int
    /// The invocation that it is the output of; `nil` for a loaded record and for an edit by hand.
    public let invocation: Digest?
    /// Why the function had to run; `nil` when it did not.
    public let missReason: MissReason?

    let origin: TracedOrigin
    private let load: @Sendable () throws -> Value
    private let lazy: LazyValue<Value>

    /// The value, read from the store on the first call.
    ///
    /// The output of a call whose payload turns out to be gone or damaged is computed again, as long as this program has
    /// not saved it: then the arguments are let go of. Throws `.objectMissing`,
    /// `.corrupt`, `.resultDiffers` and what decoding or the function throws.
    public var value: Value {
        get throws { try lazy.value() }
    }

    /// The value for a function to work with: where another holder of it could change it, an instance of its own.
    func ownValue() throws -> Value {
        let value = try lazy.value()
        return lazy.isShareable(value) ? value : try load()
    }

    /// Whether no function was run for it: it was answered from the store, loaded, or edited by hand.
    public var isFromStore: Bool { missReason == nil }

    /// Which output of the call it is, counted from 0; `nil` for data that was not computed.
    public var output: Int? { origin.output }

    /// The record that was loaded, as it stands, or that an output was saved as; `nil` for an output that was not saved.
    public var record: Record? { origin.record }

    init(
        content: Digest, format: PayloadFormat, size: Int, invocation: Digest? = nil,
        missReason: MissReason? = nil,
        origin: TracedOrigin, load: @escaping @Sendable () throws -> Value
    ) {
        self.content = content
        self.format = format
        self.size = size
        self.invocation = invocation
        self.missReason = missReason
        self.origin = origin
        self.load = load
        lazy = LazyValue(load)
    }
}

/// An argument as a whole: what a function gets that takes a `Wrapped` in place of a plain value.
///
/// All of it is part of the identity of the call.
public struct Wrapped<Value: Sendable>: Sendable {
    /// The keys of the record; empty for the output of a call that was not saved.
    public let keys: Keys
    /// The version of the record.
    public let version: Version
    /// The digest of the payload.
    public let content: Digest
    private let load: @Sendable () throws -> Value

    /// The value, read from the store when it is asked for. Throws what `Traced.value` throws.
    public var value: Value {
        get throws { try load() }
    }

    init(_ traced: Traced<Value>) {
        keys = traced.record?.keys ?? [:]
        version = traced.record?.version ?? [:]
        content = traced.content
        load = { try traced.ownValue() }
    }
}

/// What a traced value brings along when it is used or saved.
final class TracedOrigin: Sendable {
    /// Its lineage record; `nil` for data that was not computed.
    let lineage: Digest?
    let output: Int?
    /// The digest of the payload.
    let content: Digest
    /// The schema version that it was made under, and of which variable it is where it was loaded.
    private let schema: (version: SchemaVersion, variable: String?)?
    /// Whether it is what a call of a batch has made earlier.
    private let isEarlierOfBatch: Bool
    /// The form in which a record was loaded; `nil` for the output of a call.
    let form: ReadForm?
    private let state: Mutex<State>

    private struct State {
        var record: Record?
        var pending: PendingLineage?
        var payload: ComputedPayload?
        var rerun: Rerun?
    }

    /// What a record says of itself, in the form in which it is read.
    init(_ form: ReadForm) {
        (lineage, output) = (form.record.lineage, form.record.output)
        content = form.content
        schema = form.schema.map { ($0, form.record.variable) }
        isEarlierOfBatch = false
        self.form = form
        state = Mutex(State(record: form.record))
    }

    /// One output of a call.
    ///
    /// - Parameters:
    ///   - payload: what was just computed; `nil` for a hit.
    ///   - rerun: makes the payload again when that of a hit turns out to be damaged.
    ///   - isOfBatch: whether it is one of a batch, which says of all that it makes under which version that is.
    init(
        _ lineage: CallLineage, output: Int, content: Digest, payload: ComputedPayload?, rerun: Rerun? = nil,
        isOfBatch: Bool = false
    ) {
        (self.lineage, self.output, self.content) = (lineage.digest, output, content)
        isEarlierOfBatch = isOfBatch && payload == nil
        form = nil
        let outputs = lineage.record.outputs
        schema = outputs.indices.contains(output) ? outputs[output].schema.map { ($0, nil) } : nil
        state = Mutex(State(pending: lineage.pending, payload: payload, rerun: rerun))
    }

    /// What is known of its schema version, for a record of a variable.
    func stated(for variable: String) -> StatedVersion {
        guard let schema else { return StatedVersion(isEarlier: isEarlierOfBatch) }
        switch schema.variable {
        case nil: return StatedVersion(lineage: schema.version)
        case variable: return StatedVersion(record: schema.version)
        default: return StatedVersion()
        }
    }

    /// The record that it was loaded from or saved as.
    var record: Record? { state.withLock { $0.record } }
    /// Lineage that is not in the store yet.
    var pending: PendingLineage? { state.withLock { $0.pending } }
    /// The payload, as long as no record holds it.
    var payload: ComputedPayload? { state.withLock { $0.payload } }
    /// Makes the payload again.
    var rerun: Rerun? { state.withLock { $0.rerun } }

    /// Keeps a payload that was made again, until it is saved.
    func keep(payload: ComputedPayload) { state.withLock { $0.payload = payload } }

    /// The store has all of it now: a long chain of calls is let go of.
    func settle(as record: Record) {
        // What stood there is let go of outside of the mutex.
        let old = state.withLock { state in
            defer { state = State(record: record) }
            return state
        }
        _ = old
    }
}

/// Runs the function of a call again, with the arguments that it had.
final class Rerun: Sendable {
    /// Gives the payloads of all outputs.
    typealias Body = @Sendable () throws -> [ComputedPayload]

    private final class Box: Sendable {
        let body: Body
        init(_ body: @escaping Body) { self.body = body }
    }

    private let box: Mutex<Box?>

    init(_ body: @escaping Body) { box = Mutex(Box(body)) }

    // The arguments may be outputs of calls that can be run again in turn.
    deinit {
        var boxes = box.withLock { box in
            defer { box = nil }
            return box.map { [$0] } ?? []
        }
        ChainRelease.release(&boxes)
    }

    func callAsFunction() throws -> [ComputedPayload] { try box.withLock { $0 }?.body() ?? [] }
}

/// A value that is made once, when it is first asked for.
private final class LazyValue<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)
    private let shareable = Mutex<Bool?>(nil)
    private let load: @Sendable () throws -> Value

    init(_ load: @escaping @Sendable () throws -> Value) { self.load = load }

    func value() throws -> Value {
        // Not loaded under the mutex: loading takes the store's lock. Two threads may load; one value is kept.
        if let value = state.withLock({ $0 }) { return value }
        let loaded = try load()
        return state.withLock { value in
            if let value { return value }
            value = loaded
            return loaded
        }
    }
}

extension LazyValue {
    /// Whether several functions can be handed the value; looked into once.
    func isShareable(_ value: Value) -> Bool {
        if let known = shareable.withLock({ $0 }) { return known }
        // A type's own mirror is looked into, which may do anything.
        let found = SharedValue.isSafe(value)
        shareable.withLock { $0 = found }
        return found
    }
}

/// A traced value of whatever type, as an argument.
protocol AnyTraced: Sendable {
    var origin: TracedOrigin { get }
    var format: PayloadFormat { get }
    func anyValue() throws -> any Sendable
    /// Itself as `Wrapped`.
    func wrapped() -> any Sendable
}

extension Traced: AnyTraced {
    func anyValue() throws -> any Sendable { try ownValue() }
    func wrapped() -> any Sendable { Wrapped(self) }
}

/// The type of a parameter that takes an argument as a whole.
protocol AnyWrapped: Sendable {}

extension Wrapped: AnyWrapped {}
