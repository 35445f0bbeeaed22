import StemmaRecords

/// A schema that a variable has: a JSON Schema document, and the version that it is of.
public struct VariableSchema: Hashable, Sendable {
    /// The name of the variable.
    public let variable: String
    /// The version, as it was written when the schema was set.
    public let version: SchemaVersion
    /// The document.
    public let document: JSONValue
    /// Whether records are saved under it.
    public let isCurrent: Bool
}

/// How the schemas of a variable are used. What is `nil` stays as it is.
public struct SchemaOptions: Hashable, Sendable {
    /// What happens to a payload that its schema does not allow.
    public var validation: SchemaValidation?
    /// Where payloads name their own version; the root takes the setting away.
    public var versionField: JSONPointer?
    /// Whether a string that is not of its `format` violates a schema.
    public var assertsFormats: Bool?
    /// The version of records that say none.
    public var legacy: SchemaVersion?

    /// Options that leave everything as it is but what is given.
    public init(
        validation: SchemaValidation? = nil, versionField: JSONPointer? = nil, assertsFormats: Bool? = nil,
        legacy: SchemaVersion? = nil
    ) {
        self.validation = validation
        self.versionField = versionField
        self.assertsFormats = assertsFormats
        self.legacy = legacy
    }
}

/// What setting a schema did.
public struct SchemaResult: Hashable, Sendable {
    /// The schema that the variable has now, under the spelling of the version that it had before, if it had one.
    public let schema: VariableSchema
    /// The version that records were saved under before; `nil` when there was none.
    public let previous: SchemaVersion?
    /// Whether another document of this version was replaced.
    public let isReplaced: Bool
    /// Whether the store was changed: not when all was so already.
    public let isChanged: Bool
}
