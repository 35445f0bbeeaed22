import StemmaRecords

/// Something that makes results differ, where it begins: not what it leads to.
public struct Cause: Hashable, Sendable {
    /// What kind of thing it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// A constant that a function was called with.
        case constant
        /// The function: parts of it, or another function altogether.
        case function
        /// What a function was handed: something from another place, or a value in place of a result.
        case input
        /// The schema that records are written under: a migration.
        case schema
        /// Values of the version, and nothing else: a backfill.
        case version
        /// Data that was not computed: saved anew, new, or gone.
        case data
        /// Results that somebody edited by hand.
        case edit
        /// Results of a step that only the second view has.
        case newStep = "new-step"
        /// Results of a step that only the first view has.
        case removedStep = "removed-step"
    }

    /// A part of a function's identity.
    public struct Part: Hashable, Sendable {
        /// What kind of part: a declaration, a file, or a member of the function record such as `parameters`.
        public let kind: String
        /// Its name; empty for a member of the function record.
        public let name: String
        /// Whether the part was added, removed or changed.
        public let status: Difference.Change.Status
    }

    /// The kind of the cause.
    public let kind: Kind
    /// The function, as it is called after the change; `nil` where it is not about a function.
    public let function: String?
    /// The constant or parameter by name; the variable of data, of a migration or of a backfill.
    public let name: String?
    /// What it was before; `nil` where there was nothing.
    public internal(set) var from: Value?
    /// The same after the change.
    public internal(set) var to: Value?
    /// Of data: whether it was added, removed or changed; otherwise `nil`.
    public let status: Difference.Change.Status?
    /// Of data that changed: its address. `nil` for all data of a variable together.
    public let source: Address?
    /// Of a function that changed: which parts of its identity did.
    public internal(set) var parts: [Part] = []
    /// How many changed records differ by it themselves: it is in their own call, or they are the data.
    public internal(set) var direct = 0
    /// How many changed records differ by it only through what they were made from.
    public internal(set) var downstream = 0
    /// One record that it explains, a direct one where there is one.
    public internal(set) var example: Address

    init(_ identity: Identity, from: Value?, to: Value?, example: Address) {
        (kind, function, name) = (identity.kind, identity.function, identity.name)
        (status, source) = (identity.status, identity.source)
        (self.from, self.to) = (from, to)
        self.example = example
    }

    /// What makes two causes one.
    struct Identity: Hashable {
        var kind: Kind
        var function: String?
        var name: String?
        var from: Value?
        var to: Value?
        var status: Difference.Change.Status?
        var source: Address?
    }
}
