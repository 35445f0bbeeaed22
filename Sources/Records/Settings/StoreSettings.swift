import StemmaBlobs

/// What `stemma.json` says: the format, the data set's keys and how the store is set up.
public struct StoreSettings: Hashable, Sendable {
    /// The format of stores that this release writes, and the newest that it reads.
    public static let format = 1
    package static let fileName = "stemma.json"

    /// The data set's keys, in the order that records sort by.
    public var keys: KeyDeclarations
    /// A payload larger than this many bytes lives in `large/`, which git ignores.
    public var maxTrackedBytes: Int
    /// A JSON document larger than this many bytes is refused.
    public var maxDocumentBytes: Int
    /// What happens to a payload that its schema does not allow, where the variable does not say.
    public var validation: SchemaValidation

    /// Settings of a new store.
    public init(
        keys: KeyDeclarations, maxTrackedBytes: Int = defaultMaxTrackedBytes,
        maxDocumentBytes: Int = defaultMaxDocumentBytes, validation: SchemaValidation = defaultValidation
    ) {
        self.keys = keys
        self.maxTrackedBytes = maxTrackedBytes
        self.maxDocumentBytes = maxDocumentBytes
        self.validation = validation
    }

    /// 8 MiB: git hosts warn at 50 MB and refuse at 100 MB, and every clone carries every version.
    public static let defaultMaxTrackedBytes = 8 << 20
    /// 256 MiB: a document is parsed in memory, and takes some ten times its size there.
    public static let defaultMaxDocumentBytes = 256 << 20
    /// Whoever sets a schema wants it to hold.
    public static let defaultValidation = SchemaValidation.strict

    /// As the file is written: canonical values, one member a line.
    package var fileContent: [UInt8] {
        var object: [(String, JSONValue)] = [
            ("format", .number(Double(Self.format))),
            ("digest", "sha256"),
            (
                "keys",
                .array(
                    keys.list.map {
                        .object(
                            JSONObject([("name", .string($0.name)), ("type", .string($0.type.rawValue))]))
                    })
            ),
        ]
        // A default is not written down, so that a later release may choose a better one.
        if maxTrackedBytes != Self.defaultMaxTrackedBytes {
            object.append(("maxTrackedBytes", .number(Double(maxTrackedBytes))))
        }
        if maxDocumentBytes != Self.defaultMaxDocumentBytes {
            object.append(("maxDocumentBytes", .number(Double(maxDocumentBytes))))
        }
        if validation != Self.defaultValidation {
            object.append(("validation", .string(validation.rawValue)))
        }
        return JSONValue.object(JSONObject(object)).printedPretty
    }

    /// Reads the file's content.
    ///
    /// Throws `.newerFormat` before anything else is looked at, `.invalidSettings` and `.malformedJSON`.
    package init(fileContent bytes: [UInt8], path: String) throws {
        var reader = try SettingsReader(bytes, path: path)
        guard let format = try reader.integer("format") else { throw reader.problem("'format' is missing") }
        guard format <= Self.format else { throw StemmaError.newerFormat(path, found: String(format)) }
        guard format >= 1 else { throw reader.problem("'format' is \(format)") }
        guard try reader.string("digest") == "sha256" else {
            throw reader.problem("'digest' is not \"sha256\"")
        }
        var declared: [KeyDeclaration] = []
        for item in try reader.array("keys") ?? [] {
            guard case .object(let key) = item, key.count == 2, case .string(let name)? = key["name"],
                case .string(let typeName)? = key["type"]
            else { throw reader.problem("'keys' is not a list of {\"name\":..., \"type\":...}") }
            guard let type = KeyType(rawValue: typeName) else {
                throw StemmaError.unknownKeyType(typeName, key: name)
            }
            declared.append(KeyDeclaration(name, type))
        }
        self.init(keys: try KeyDeclarations(declared))
        if let bytes = try reader.integer("maxTrackedBytes") { maxTrackedBytes = bytes }
        if let bytes = try reader.integer("maxDocumentBytes") { maxDocumentBytes = bytes }
        let validation = try reader.read("validation", "strict, warn or off") {
            SchemaValidation(rawValue: $0)
        }
        if let validation { self.validation = validation }
        try reader.checkNothingLeft()
    }
}
