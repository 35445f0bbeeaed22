import StemmaBlobs
import StemmaRecords

/// Makes the program of a schema document.
///
/// Schemas are compiled one after another from a list, and not inside one another, so that neither their depth nor
/// that they contain themselves matters.
struct SchemaCompiler {
    typealias Location = SchemaDocuments.Location

    let assertsFormats: Bool
    var documents = SchemaDocuments()
    private var nodes: [SchemaNode] = []
    private var locations: [Location] = []
    private var indices: [Location: Int] = [:]
    /// The names that a `$dynamicRef` asks for.
    private var dynamicNames: [String] = []

    /// Compiles a document.
    ///
    /// Throws `invalidSchema`, `unresolvableReference` and `referenceLoop`.
    static func compile(_ document: JSONValue, assertsFormats: Bool) throws -> SchemaProgram {
        var compiler = SchemaCompiler(assertsFormats: assertsFormats)
        try compiler.documents.add(document, uri: "")
        _ = compiler.index(of: Location(document: 0, pointer: .root))
        // All schemas of the document, also those that nothing leads to: what is wrong with them is said now.
        for schema in compiler.documents.schemas { _ = compiler.index(of: schema) }
        let anchors = try compiler.compilePending()
        try ReferenceLoop.refuse(in: compiler.nodes)
        return SchemaProgram(nodes: compiler.nodes, dynamicAnchors: anchors)
    }

    private init(assertsFormats: Bool) {
        self.assertsFormats = assertsFormats
    }

    /// The place of the node of a schema, which is compiled when its turn comes.
    mutating func index(of location: Location) -> Int {
        if let index = indices[location] { return index }
        indices[location] = locations.count
        locations.append(location)
        return locations.count - 1
    }

    /// The place of a name among those that a `$dynamicRef` asks for.
    mutating func dynamicIndex(of name: String) -> Int {
        if let index = dynamicNames.firstIndex(of: name) { return index }
        dynamicNames.append(name)
        return dynamicNames.count - 1
    }

    private mutating func compilePending() throws -> [[Int: Int]] {
        while true {
            while nodes.count < locations.count { nodes.append(try node(at: locations[nodes.count])) }
            // Which of the anchors is meant, is known when a value is there: all of them have to be.
            var anchors = [[Int: Int]](repeating: [:], count: dynamicNames.count)
            for (number, name) in dynamicNames.enumerated() {
                for (resource, content) in documents.resources.enumerated() {
                    if let location = content.dynamicAnchors[name] {
                        anchors[number][resource] = index(of: location)
                    }
                }
            }
            if nodes.count == locations.count { return anchors }
        }
    }

    private mutating func node(at location: Location) throws -> SchemaNode {
        let resource = try documents.resource(at: location)
        switch documents.value(at: location) {
        case .bool(true):
            return SchemaNode(location: location.pointer, resource: resource)
        case .bool(false):
            return SchemaNode(
                location: location.pointer, resource: resource, refusal: Self.keyword(above: location))
        case .object(let object):
            return try node(of: SchemaReader(schema: object, location: location), in: resource)
        case let other:
            throw StemmaError.invalidSchema(
                "a schema is an object or a boolean, and not \(other?.kind ?? "absent")", at: location.pointer
            )
        }
    }

    /// The keyword that a schema stands under: the last of the way that is neither a name nor a number.
    private static func keyword(above location: Location) -> String {
        let tokens = location.pointer.tokens
        guard let last = tokens.last else { return "false" }
        return tokens.count > 1 && SchemaKeywords.hasMany(tokens[tokens.count - 2])
            ? tokens[tokens.count - 2] : last
    }
}
