/// A named collection of results of one kind, and the Swift type of their values.
///
/// It needs no store: making one neither reads nor writes.
public struct Variable<Value: Sendable>: Hashable, Sendable {
    /// The name, as addresses and folders have it.
    public let name: String

    /// A variable whose values are stored as canonical JSON.
    public init(_ name: String) where Value: Codable { self.name = name }

    /// A variable whose values say themselves how they are stored.
    public init(_ name: String) where Value: Storable { self.name = name }

    /// A variable of a type that is both: it is stored as `Storable` says.
    public init(_ name: String) where Value: Codable & Storable { self.name = name }
}
