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
    /// The digest that invocations use in place of `content`.
    public var standsFor: Digest?
    /// The payload itself, when it is small JSON: then there is no blob for it.
    public var value: JSONValue?

    /// A record of these values; nothing is checked, and nothing is saved.
    public init(
        variable: String, keys: Keys, version: Version = [:], content: Digest, format: PayloadFormat,
        size: Int,
        lineage: Digest? = nil, output: Int? = nil, schema: String? = nil, migratedFrom: [String] = [],
        standsFor: Digest? = nil, value: JSONValue? = nil
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

    /// The digest that stands for the payload in invocations.
    public var invocationContent: Digest { standsFor ?? content }

    /// The record as `stemma` takes an address: `Trend series=co2 decade=1960 window=5`.
    public var address: String { Address(variable: variable, keys: keys, version: version).description }
}

/// What names one record: variable, keys and version.
public struct Address: Hashable, Sendable, CustomStringConvertible {
    /// The name of the variable.
    public var variable: String
    /// Where in the data set the result belongs.
    public var keys: Keys
    /// Which variant of the computation it is.
    public var version: Version

    /// The address of these keys and this version.
    public init(variable: String, keys: Keys, version: Version = [:]) {
        self.variable = variable
        self.keys = keys
        self.version = version
    }

    /// The address as the command line takes it: variable, keys, version entries.
    public var description: String {
        [variable, keys.description, version.description].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
