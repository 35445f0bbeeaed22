import StemmaBlobs
import StemmaRecords

/// Where results come from: what each was computed from, by which functions, up to the data that was not computed.
///
/// A graph and not a tree: what several results were made from is one node. It has no cycles.
public struct LineageGraph: Sendable {
    /// Every result once, by its distance from what was asked about; that comes first.
    public internal(set) var nodes: [Node] = []

    /// A record, an output that was never saved, or data.
    public struct Node: Sendable {
        /// Where it stood when it was used; `nil` for an output that was never saved.
        public let address: Address?
        /// The digest of the payload, or what stands for it in invocations.
        public let content: Digest
        /// The encoding of the payload.
        public let format: PayloadFormat
        /// The lineage record that says how it was made; `nil` for data that was not computed.
        public let lineage: Digest?
        /// How many steps lie between it and what was asked about, on the shortest way.
        public let distance: Int
        /// How it was made.
        public internal(set) var origin: Origin = .data
        /// What it was made from, in the order of the call.
        public internal(set) var inputs: [Input] = []
        /// How many inputs are left out, because they are beyond the depth that was asked for.
        public internal(set) var cutInputs = 0
    }

    /// How a result was made.
    public enum Origin: Sendable {
        /// It is data: nobody computed it here.
        case data
        /// A function returned it.
        case call(Call)
        /// A person edited it, for this reason.
        case edit(reason: String)
        /// Its lineage record is missing or damaged, as the error says; more is not known of it.
        case unreadable(StemmaError)
    }

    /// One argument that came from another node.
    public struct Input: Sendable {
        /// The name of the parameter.
        public let name: String
        /// The position of the parameter, from 0.
        public let position: Int
        /// The index of the node that was handed over.
        public let node: Int
        /// Whether the function saw keys and version too, and not the value alone.
        public let isWhole: Bool
    }

    /// One call of a function.
    public struct Call: Sendable {
        /// What was called.
        public let function: Function
        /// The identity of the call.
        public let invocation: Digest
        /// The arguments that were plain values, in the order of the call.
        public let constants: [Constant]
        /// The keys that the function was told; `nil` where it was told none.
        public let keys: Keys?
        /// Which output of the call the result is, from 0; `nil` when that is not known.
        public internal(set) var output: Int?
        /// How many outputs the call has.
        public let outputs: Int
    }

    /// A function, as far as lineage knows it.
    public struct Function: Hashable, Sendable {
        /// What it is called.
        public let name: String
        /// The language that it is written in.
        public let language: String
        /// The digest of everything that its identity is made of.
        public let identity: Digest
        /// The module that it stands in; `nil` when its function record cannot be read.
        public let module: String?
        /// The version that the programmer stated; `nil` when there is none or it is not known.
        public let version: String?
    }

    /// An argument that was a plain value.
    public struct Constant: Sendable {
        /// The value, or where its bytes are when it is long.
        public enum Value: Sendable {
            /// The value itself.
            case inline(JSONValue)
            /// A blob of its own, and how the value begins.
            case blob(digest: Digest, format: PayloadFormat, preview: String)
        }

        /// The name of the parameter.
        public let name: String
        /// The position of the parameter, from 0.
        public let position: Int
        /// The type that the function takes.
        public let type: String
        /// What was given.
        public let value: Value
    }

    /// How many arguments connect nodes.
    public var edgeCount: Int { nodes.reduce(0) { $0 + $1.inputs.count } }
}
