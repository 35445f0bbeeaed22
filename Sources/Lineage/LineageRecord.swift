import StemmaBlobs
import StemmaRecords

/// How results were made: one call, or one edit by hand, with inputs, constants and outputs. An immutable JSON blob.
package struct LineageRecord: Hashable, Sendable {
    /// What made the outputs.
    package enum Origin: Hashable, Sendable {
        /// A function; the invocation digest is the identity of the call.
        case call(Function, invocation: Digest)
        /// A person, for the reason given. Nothing can be answered from it.
        case edit(reason: String)
    }

    /// The function that was called.
    package struct Function: Hashable, Sendable {
        package var name: String
        package var language: String
        /// The digest of its function record.
        package var identity: Digest
        /// Packages that it may have used and that its identity does not cover.
        package var untracked: [Package]

        package init(name: String, language: String, identity: Digest, untracked: [Package] = []) {
            self.name = name
            self.language = language
            self.identity = identity
            self.untracked = untracked
        }
    }

    /// A package by its name, in the version that was there.
    package struct Package: Hashable, Sendable {
        package var name: String
        package var version: String

        package init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    /// An argument that came from a record or from another call.
    package struct Input: Hashable, Sendable {
        package var name: String
        package var position: Int
        package var format: PayloadFormat
        /// The digest that the invocation used.
        package var content: Digest
        /// Where the record stood; absent for an output that was never saved.
        package var variable: String?
        package var keys: Keys?
        /// The version of the record when it was loaded; absent when it had none.
        package var version: Version?
        /// Its own lineage record, when it was computed.
        package var lineage: Digest?
        /// Whether the function was handed the record as a whole, with keys and version, and not its value alone.
        package var isWhole: Bool

        package init(
            name: String, position: Int, format: PayloadFormat, content: Digest, variable: String? = nil,
            keys: Keys? = nil, version: Version? = nil, lineage: Digest? = nil, isWhole: Bool = false
        ) {
            self.name = name
            self.position = position
            self.format = format
            self.content = content
            self.variable = variable
            self.keys = keys
            // As it is read back, so that a record and what was stored of it are equal.
            self.version = version?.isEmpty == true ? nil : version
            self.lineage = lineage
            self.isWhole = isWhole
        }
    }

    /// An argument that was given as a plain value.
    package struct Constant: Hashable, Sendable {
        /// The value itself, or where its bytes are when it is longer than `inlineLimit`.
        package enum Value: Hashable, Sendable {
            case inline(JSONValue)
            case blob(digest: Digest, format: PayloadFormat, preview: String)
        }

        /// A constant whose canonical JSON is longer stands in a blob of its own.
        package static let inlineLimit = 4096

        package var name: String
        package var position: Int
        package var type: String
        package var value: Value

        package init(name: String, position: Int, type: String, value: Value) {
            self.name = name
            self.position = position
            self.type = type
            self.value = value
        }
    }

    package struct Output: Hashable, Sendable {
        package var format: PayloadFormat
        package var digest: Digest
        package var size: Int
        /// The payload itself, when it is a JSON scalar short enough to stand in a record's line: there is no blob
        /// for it, and a call must be answered from it also when no record has it any more.
        package var value: JSONValue?
        /// The schema version that it was made under, where one was stated.
        package var schema: SchemaVersion?

        package init(
            format: PayloadFormat, digest: Digest, size: Int, value: JSONValue? = nil,
            schema: SchemaVersion? = nil
        ) {
            self.format = format
            self.digest = digest
            self.size = size
            self.value = value
            self.schema = schema
        }
    }

    package var origin: Origin
    package var inputs: [Input]
    package var constants: [Constant]
    /// The keys that the function was told, where it was.
    package var keys: Keys?
    package var outputs: [Output]

    package init(
        origin: Origin, inputs: [Input] = [], constants: [Constant] = [], keys: Keys? = nil, outputs: [Output]
    ) {
        self.origin = origin
        self.inputs = inputs
        self.constants = constants
        self.keys = keys
        self.outputs = outputs
    }

    /// The function that was called; `nil` for an edit by hand.
    package var function: Function? {
        if case .call(let function, _) = origin { function } else { nil }
    }

    /// The identity of the call; `nil` for an edit by hand.
    package var invocation: Digest? {
        if case .call(_, let invocation) = origin { invocation } else { nil }
    }

    /// The blobs that this one names and that must be there to read the lineage: not the payloads, which can be
    /// computed again.
    package var references: [(digest: Digest, kind: BlobKind)] {
        var references: [(Digest, BlobKind)] = function.map { [($0.identity, .function)] } ?? []
        for input in inputs { input.lineage.map { references.append(($0, .lineage)) } }
        for constant in constants {
            if case .blob(let digest, _, _) = constant.value { references.append((digest, .payload)) }
        }
        return references
    }
}
