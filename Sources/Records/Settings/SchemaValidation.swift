/// What happens to a payload that its schema does not allow.
public enum SchemaValidation: String, Hashable, Sendable, CaseIterable, Codable {
    /// It is not saved.
    case strict
    /// It is saved, and said.
    case warn
    /// It is not looked at.
    case off
}
