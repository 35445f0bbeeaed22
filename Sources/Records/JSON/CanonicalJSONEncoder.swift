import StemmaBlobs

/// Makes JSON of every `Encodable` value, exactly or not at all.
///
/// Integers beyond 2^53 and numbers that are not finite are errors; a `Float` becomes the double that it is. Sets,
/// and dictionaries whose keys are not strings or integers, become arrays sorted by the canonical bytes of their
/// elements, so that equal values have equal bytes in every process. A member that is encoded twice is an error.
package struct CanonicalJSONEncoder {
    package init() {}

    /// Encodes a value.
    ///
    /// Throws `unencodable`, with the path to the part at fault, and whatever else the value's `encode(to:)` throws.
    package func encode<Value: Encodable>(_ value: Value) throws -> JSONValue {
        do {
            return try EncodingNode.encode(value, parent: nil, key: nil)
        } catch let error as EncodingError {
            throw StemmaError.unencodable(error)
        }
    }
}

/// The encoder of one value, which collects what the value's `encode(to:)` puts into its containers.
final class EncodingNode: Encoder {
    private enum Shape { case none, single, array, object }

    private let parent: EncodingNode?
    private let key: (any CodingKey)?
    private let depth: Int

    private var shape = Shape.none
    private var single = JSONValue.null
    private var elements: [JSONValue] = []
    private var members: [JSONObject.Element] = []
    /// The containers that are still open, and the place that is kept for each.
    private var pending: [(place: Int, node: EncodingNode)] = []
    /// What a container could not throw when it was made.
    private var failure: EncodingError?

    init(parent: EncodingNode?, key: (any CodingKey)?) {
        self.parent = parent
        self.key = key
        depth = (parent?.depth ?? 0) + 1
    }

    var codingPath: [any CodingKey] { path(to: nil) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var count: Int { elements.count }

    func path(to last: (any CodingKey)?) -> [any CodingKey] {
        var keys: [any CodingKey] = last.map { [$0] } ?? []
        var node: EncodingNode? = self
        while let here = node {
            if let key = here.key { keys.append(key) }
            node = here.parent
        }
        return keys.reversed()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        become(.object)
        return KeyedEncodingContainer(KeyedEncoding<Key>(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        become(.array)
        return UnkeyedEncoding(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleValueEncoding(node: self)
    }

    private func become(_ new: Shape) {
        if shape == .none {
            shape = new
        } else if shape != new {
            fail(self, "the value is encoded in two ways at once")
        }
    }

    private func fail(_ value: Any, _ reason: String) {
        failure = failure ?? .invalidValue(value, .init(codingPath: codingPath, debugDescription: reason))
    }

    // MARK: What containers put in

    func set(_ value: JSONValue) {
        if shape == .single { fail(value, "the single value is encoded twice") }
        become(.single)
        single = value
    }

    func append(_ value: JSONValue) { elements.append(value) }

    func append(_ value: JSONValue, name: String) { members.append((name, value)) }

    /// Keeps the next place of this array or object for a container that is filled later.
    func open(_ key: any CodingKey) -> EncodingNode {
        let node = EncodingNode(parent: self, key: key)
        if node.depth > JSONLimits.depth {
            fail(key.stringValue, "it is nested deeper than \(JSONLimits.depth) levels")
        }
        if shape == .array {
            pending.append((elements.count, node))
            elements.append(.null)
        } else {
            pending.append((members.count, node))
            members.append((key.stringValue, .null))
        }
        return node
    }

    // MARK: The outcome

    static func encode<Value: Encodable>(
        _ value: Value, parent: EncodingNode?, key: (any CodingKey)?
    ) throws -> JSONValue {
        if let scalar = value as? any JSONScalar {
            do {
                return try scalar.json()
            } catch {
                throw EncodingError.invalidValue(
                    value,
                    .init(codingPath: parent?.path(to: key) ?? [], debugDescription: error.reason))
            }
        }
        if let array = value as? any JSONScalarArray, let elements = array.jsonElements() {
            return .array(elements)
        }
        let node = EncodingNode(parent: parent, key: key)
        if node.depth > JSONLimits.depth {
            throw EncodingError.invalidValue(
                value,
                .init(
                    codingPath: node.codingPath,
                    debugDescription: "it is nested deeper than \(JSONLimits.depth) levels"))
        }
        try value.encode(to: node)
        let json = try node.finish()
        guard case .array(let elements) = json, let type = Value.self as? any UnorderedEncoding.Type else {
            return json
        }
        return .array(try UnorderedElements.sorted(elements, groupedBy: type.elementsPerEntry))
    }

    private func finish() throws -> JSONValue {
        for (place, node) in pending {
            let value = try node.finish()
            if shape == .array { elements[place] = value } else { members[place].value = value }
        }
        if let failure { throw failure }
        switch shape {
        case .none:
            if parent == nil {
                throw EncodingError.invalidValue(
                    self, .init(codingPath: codingPath, debugDescription: "its encode(to:) encodes nothing"))
            }
            return .object(JSONObject())
        case .single: return single
        case .array: return .array(elements)
        case .object:
            var duplicate: String?
            let object = JSONObject(sorting: members, duplicate: &duplicate)
            if let duplicate {
                throw EncodingError.invalidValue(
                    duplicate,
                    .init(
                        codingPath: codingPath,
                        debugDescription: "member \(JSONValue.string(duplicate)) is encoded twice"))
            }
            return .object(object)
        }
    }
}
