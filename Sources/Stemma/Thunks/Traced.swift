import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Synchronization

/// A value that knows where it comes from: a loaded record, or the output of a thunk.
///
/// The value itself is read when it is first asked for.
public struct Traced<Value: Sendable>: Sendable {
    /// The digest of the payload.
    public let content: Digest
    public let format: PayloadFormat
    /// The payload's size in bytes.
    public let size: Int
    /// The record that was loaded; `nil` for an output.
    public let record: Record?
    /// The invocation that it is the output of; `nil` for a loaded record.
    public let invocation: Digest?
    /// Whether the value was in the store, and no function was run for it.
    public let isFromStore: Bool

    let origin: TracedOrigin
    private let lazy: LazyValue<Value>

    /// The value, read from the store on the first call. Throws `.objectMissing`, `.corrupt` and what decoding throws.
    public var value: Value {
        get throws { try lazy.value() }
    }

    init(
        content: Digest, format: PayloadFormat, size: Int, record: Record? = nil, invocation: Digest? = nil,
        isFromStore: Bool, origin: TracedOrigin, load: @escaping @Sendable () throws -> Value
    ) {
        self.content = content
        self.format = format
        self.size = size
        self.record = record
        self.invocation = invocation
        self.isFromStore = isFromStore
        self.origin = origin
        lazy = LazyValue(load)
    }
}

/// What a traced value brings along when it is used or saved.
struct TracedOrigin: Sendable {
    /// Its lineage record; `nil` for data that was not computed.
    var lineage: Digest?
    var output: Int?
    /// The digest that invocations use.
    var invocationContent: Digest
    /// Lineage that is not in the store yet.
    var pending: PendingLineage?
    /// The payload, as long as no record holds it.
    var payload: [UInt8]?
}

/// A lineage record that was made by a call and not saved, with the blobs that it needs.
final class PendingLineage: Sendable {
    let digest: Digest
    let record: LineageRecord
    let blob: [UInt8]
    /// The function record; `nil` when the store has it.
    let function: [UInt8]?
    /// Constants too long to stand in the record.
    let constants: [[UInt8]]
    /// The same of inputs that were not saved either.
    let inputs: [PendingLineage]

    init(record: LineageRecord, function: [UInt8]?, constants: [[UInt8]], inputs: [PendingLineage]) {
        self.record = record
        blob = record.blob
        digest = Digest.of(blob)
        self.function = function
        self.constants = constants
        self.inputs = inputs
    }
}

/// A value that is made once, when it is first asked for.
private final class LazyValue<Value: Sendable>: Sendable {
    private let state = Mutex<Value?>(nil)
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

/// A traced value of whatever type, as an argument.
protocol AnyTraced {
    var origin: TracedOrigin { get }
    var format: PayloadFormat { get }
    var record: Record? { get }
    func anyValue() throws -> Any
}

extension Traced: AnyTraced {
    func anyValue() throws -> Any { try value }
}
