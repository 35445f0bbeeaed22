import StemmaRecords

/// One thing in a value that a JSON Schema does not allow.
public struct SchemaViolation: Hashable, Sendable, CustomStringConvertible {
    /// Where in the value it is.
    public let pointer: JSONPointer
    /// The keyword that is not satisfied, such as `minimum`.
    ///
    /// Of a schema `false`, the keyword that it stands under. `nesting` when the value or the schema is too deep to
    /// be checked, or its alternatives lead to themselves too often.
    public let rule: String
    /// Where the keyword stands in the schema document, references followed.
    ///
    /// In one of the draft's own documents, if a reference led there.
    public let schema: JSONPointer
    /// What is wrong, in one line for people, such as `3 is less than the minimum 5`.
    public let message: String

    /// A violation of these parts.
    public init(pointer: JSONPointer, rule: String, schema: JSONPointer, message: String) {
        self.pointer = pointer
        self.rule = rule
        self.schema = schema
        self.message = message
    }

    /// The place, where there is one, and what is wrong.
    public var description: String { pointer.tokens.isEmpty ? message : "\(pointer): \(message)" }
}
