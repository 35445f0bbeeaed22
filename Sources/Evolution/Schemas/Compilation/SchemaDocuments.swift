import StemmaBlobs
import StemmaRecords

/// The documents that a schema is made of, and where in them the schemas, resources and anchors stand.
struct SchemaDocuments {
    /// A place in one of the documents.
    struct Location: Hashable {
        let document: Int
        let pointer: JSONPointer
    }

    /// A part with a URI of its own (section 4.3.5 of the draft).
    struct Resource {
        let base: URIReference
        let root: Location
        var anchors: [String: Location] = [:]
        var dynamicAnchors: [String: Location] = [:]
    }

    private var documents: [JSONValue] = []
    private(set) var resources: [Resource] = []
    private var resourcesByURI: [String: Int] = [:]
    /// The schemas of each document that keywords of the draft lead to, and the resources they are in.
    private var resourcesByLocation: [Location: Int] = [:]
    /// The same schemas in the order of the documents.
    private(set) var schemas: [Location] = []

    /// Takes a document in that is known by a URI; the schema's own is known by none.
    mutating func add(_ document: JSONValue, uri: String) throws {
        let root = Location(document: documents.count, pointer: .root)
        documents.append(document)
        resources.append(Resource(base: URIReference(uri), root: root))
        resourcesByURI[uri] = resources.count - 1
        try scan(document, at: root, in: resources.count - 1)
    }

    func value(at location: Location) -> JSONValue? {
        location.pointer.resolve(in: documents[location.document])
    }

    /// The resource with a URI; one of the draft's own documents is taken in when it is asked for.
    mutating func resource(_ uri: String) throws -> Int? {
        if resourcesByURI[uri] == nil, let document = try MetaschemaDocument.document(uri) {
            try add(document, uri: uri)
        }
        return resourcesByURI[uri]
    }

    /// The resource that a schema is in, wherever it was found.
    mutating func resource(at location: Location) throws -> Int {
        if let resource = resourcesByLocation[location] { return resource }
        // A reference leads below a keyword that is not the draft's: it is in the resource of what is around it.
        var tokens = location.pointer.tokens
        var resource = 0
        while tokens.popLast() != nil {
            let around = Location(document: location.document, pointer: JSONPointer(tokens: tokens))
            guard let found = resourcesByLocation[around] else { continue }
            resource = found
            break
        }
        if let value = value(at: location) { try scan(value, at: location, in: resource) }
        return resourcesByLocation[location] ?? resource
    }

    // MARK: Looking for schemas

    private mutating func scan(_ value: JSONValue, at location: Location, in resource: Int) throws {
        var pending = [(value, location, resource)]
        while let (value, location, around) = pending.popLast() {
            if location.pointer.tokens.count > JSONLimits.depth {
                throw StemmaError.invalidSchema(
                    "it is nested deeper than \(JSONLimits.depth) levels", at: .root)
            }
            guard resourcesByLocation[location] == nil else { continue }
            guard let object = value.asObject else {
                resourcesByLocation[location] = around
                schemas.append(location)
                continue
            }
            let resource = try identify(object, at: location, in: around)
            resourcesByLocation[location] = resource
            schemas.append(location)
            // The last is taken first.
            pending += SchemaKeywords.subschemas(of: object).reversed().map { tokens, schema in
                let pointer = JSONPointer(tokens: location.pointer.tokens + tokens)
                return (schema, Location(document: location.document, pointer: pointer), resource)
            }
        }
    }

    /// Takes down what a schema says of itself, and gives the resource that it is in.
    private mutating func identify(
        _ schema: JSONObject, at location: Location, in around: Int
    ) throws -> Int {
        var resource = around
        if let id = schema["$id"]?.asString {
            let base = resources[around].base.resolving(URIReference(id))
            let uri = base.resource
            if let known = resourcesByURI[uri], resources[known].root != location {
                throw StemmaError.invalidSchema(
                    "two schemas have the $id '\(StemmaError.printable(uri))'",
                    at: location.pointer.appending("$id"))
            }
            // A document that is known by a URI may give itself another one; both are its own.
            resource = resources.count
            resources.append(Resource(base: URIReference(uri), root: location))
            resourcesByURI[uri] = resource
        }
        try Self.checkDialect(of: .object(schema), at: location.pointer)
        for keyword in ["$anchor", "$dynamicAnchor"] {
            guard let name = schema[keyword]?.asString else { continue }
            let other = resources[resource].anchors.updateValue(location, forKey: name)
            if let other, other != location {
                throw StemmaError.invalidSchema(
                    "two schemas have the anchor '\(StemmaError.printable(name))'",
                    at: location.pointer.appending(keyword))
            }
            if keyword == "$dynamicAnchor" { resources[resource].dynamicAnchors[name] = location }
        }
        return resource
    }

    /// Refuses a schema that says it is of another dialect than that of draft 2020-12.
    static func checkDialect(of schema: JSONValue, at pointer: JSONPointer) throws {
        guard let dialect = schema["$schema"]?.asString,
            URIReference(dialect).resource != MetaschemaDocument.dialect
        else {
            return
        }
        throw StemmaError.invalidSchema(
            "'\(StemmaError.printable(dialect))' is not the dialect of draft 2020-12, '\(MetaschemaDocument.dialect)'",
            at: pointer.appending("$schema"))
    }
}
