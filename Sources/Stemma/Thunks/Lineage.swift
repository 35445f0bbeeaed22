import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// How one result was made: one call, or one edit by hand, with what went into it.
public struct Lineage: Hashable, Sendable {
    /// An argument that came from a record or from another call.
    public struct Input: Hashable, Sendable {
        /// The name of the parameter.
        public let name: String
        /// The record's address; `nil` for an output that was not saved when it was used.
        public let address: Address?
        /// The digest of the payload.
        public let content: Digest
        /// The lineage record of the input itself; `nil` when it was not computed.
        public let lineage: Digest?
    }

    /// An argument that was given as a plain value.
    public struct Constant: Hashable, Sendable {
        /// The name of the parameter.
        public let name: String
        /// The type of the parameter.
        public let type: String
        /// The value; `nil` when it is longer than 4 KiB and stands in a blob.
        public let value: JSONValue?
        /// The digest of that blob.
        public let digest: Digest?
    }

    /// The digest of the lineage record.
    public let digest: Digest
    /// The function's name; `nil` for an edit by hand.
    public let function: String?
    /// The function's identity; `nil` for an edit by hand.
    public let identity: Digest?
    /// The identity of the call; `nil` for an edit by hand.
    public let invocation: Digest?
    /// Why the value was edited by hand; `nil` for a call.
    public let reason: String?
    /// The inputs in the order of the parameters.
    public let inputs: [Input]
    /// The constants in the order of the parameters.
    public let constants: [Constant]

    init(_ record: LineageRecord, digest: Digest) {
        self.digest = digest
        function = record.function?.name
        identity = record.function?.identity
        invocation = record.invocation
        if case .edit(let reason) = record.origin { self.reason = reason } else { reason = nil }
        inputs = record.inputs.map { input in
            Input(
                name: input.name,
                address: input.address, content: input.content, lineage: input.lineage)
        }
        constants = record.constants.map { constant in
            switch constant.value {
            case .inline(let value):
                Constant(name: constant.name, type: constant.type, value: value, digest: nil)
            case .blob(let digest, _, _):
                Constant(name: constant.name, type: constant.type, value: nil, digest: digest)
            }
        }
    }
}

extension Store {
    /// How a loaded record or the output of a call was made, also before it is saved; `nil` for data that was not
    /// computed. Throws `.objectMissing` and `.corrupt`.
    public func lineage<Value>(of traced: Traced<Value>) throws -> Lineage? {
        if let pending = traced.origin.pending { return Lineage(pending.record, digest: pending.digest) }
        guard let digest = traced.origin.lineage else { return nil }
        return try read { Lineage(try callRecord(digest, in: $0), digest: digest) }
    }
}
