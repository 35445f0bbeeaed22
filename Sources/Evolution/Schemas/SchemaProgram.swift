import StemmaRecords

/// What a schema document is compiled to: its schemas as nodes, which name one another by their places in a list.
///
/// Places and not references, because schemas may contain themselves.
struct SchemaProgram: Sendable {
    /// The node of the whole document comes first.
    let nodes: [SchemaNode]
    /// For each name that a `$dynamicRef` asks for: the node that each resource has for it.
    let dynamicAnchors: [[Int: Int]]
}

/// One schema.
final class SchemaNode: Sendable {
    /// Where it stands in its document.
    let location: JSONPointer
    /// The schema resource that it belongs to.
    let resource: Int
    /// For the schema `false`: the keyword that it stands under.
    let refusal: String?
    /// What is looked at first: it concerns the value itself, and costs little.
    let assertions: [any Assertion]
    /// Keywords with schemas in them; those that ask what others evaluated come last.
    let applicators: [any Applicator]
    /// Whether it has `unevaluatedItems` or `unevaluatedProperties`.
    let isTracking: Bool
    /// The nodes that are applied to the same value.
    let inPlace: [Int]
    /// Whether its assertions are all that there is to it.
    let isPlain: Bool

    init(
        location: JSONPointer, resource: Int, refusal: String? = nil, assertions: [any Assertion] = [],
        applicators: [any Applicator] = [], isTracking: Bool = false, inPlace: [Int] = []
    ) {
        self.location = location
        self.resource = resource
        self.refusal = refusal
        self.assertions = assertions
        self.applicators = applicators
        self.isTracking = isTracking
        self.inPlace = inPlace
        isPlain = refusal == nil && applicators.isEmpty && !isTracking
    }

    /// Whether the assertions hold.
    func holdsAlone(for value: JSONValue) -> Bool {
        // By their places: an element that is taken out of the list is copied.
        for index in assertions.indices where !assertions[index].holds(for: value) { return false }
        return true
    }
}
