import StemmaBlobs

/// One result: where it belongs, which variant it is, and what it holds.
public struct Record: Hashable, Sendable {
    /// The name of the variable.
    public var variable: String
    /// Where in the data set the result belongs.
    public var keys: Keys
    /// Which variant of the computation it is.
    public var version: Version
    /// The digest of the payload: its address.
    public var content: Digest
    /// The encoding of the payload.
    public var format: PayloadFormat
    /// The size of the payload in bytes.
    public var size: Int
    /// The lineage record that says how it was made; `nil` for data that was not computed.
    public var lineage: Digest?
    /// Which output of that call it is.
    public var output: Int?
    /// The schema version it was written under; `nil` for the legacy version.
    public var schema: String?
    /// The schema versions it was migrated from, oldest first.
    public var migratedFrom: [String]
    /// Digests of what the payload was before migrations that keep what is downstream, oldest first: calls that were made
    /// with these count as calls with `content`.
    public var standsFor: [Digest]
    /// The payload itself, when it is small JSON: then there is no blob for it.
    public var value: JSONValue?

    /// A record of these values; nothing is checked, and nothing is saved.
    public init(
        variable: String, keys: Keys, version: Version = [:], content: Digest, format: PayloadFormat,
        size: Int,
        lineage: Digest? = nil, output: Int? = nil, schema: String? = nil, migratedFrom: [String] = [],
        standsFor: [Digest] = [], value: JSONValue? = nil
    ) {
        self.variable = variable
        self.keys = keys
        self.version = version
        self.content = content
        self.format = format
        self.size = size
        self.lineage = lineage
        self.output = output
        self.schema = schema
        self.migratedFrom = migratedFrom
        self.standsFor = standsFor
        self.value = value
    }

    /// The digest of the payload, and those that it stands for.
    public var contents: [Digest] { [content] + standsFor }

    /// What names it. Only `KeyDeclarations.text(of:)` makes text of it: a record does not know the order of its keys.
    public var address: Address { Address(variable: variable, keys: keys, version: version) }
}
