/// A type whose values are written under one schema version, and that says which.
///
/// Saving a value of it under a variable that is at another version is refused; where the variable has no schema, its
/// records bear the version that the type states. Loading a record of another version as such a type takes it through
/// the migrations between the two, up or down.
public protocol SchemaVersioned: SendableMetatype {
    /// The version, such as `0.2.0`.
    static var schemaVersion: String { get }
}
