// The generic `decode` of each container is also the witness of the standard library's requirements for every
// scalar type; there the compiler makes a version of it for the type.

struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let path: CodingPath?

    var codingPath: [any CodingKey] { CodingPath.keys(path) }
    var allKeys: [Key] { object.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).isNull }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try DecodingNode.decode(type, from: try member(key), in: path, at: key)
    }

    private func member(_ key: any CodingKey) throws -> JSONValue {
        if let value = object[key.stringValue] { return value }
        let context = DecodingError.Context(
            codingPath: codingPath, debugDescription: "there is no such member")
        throw DecodingError.keyNotFound(key, context)
    }

    private func node(_ key: any CodingKey) throws -> DecodingNode {
        DecodingNode(json: try member(key), path: CodingPath(path, key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try node(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try node(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try node(SuperKey()) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try node(key) }
}

struct UnkeyedDecoding: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let path: CodingPath?
    private(set) var currentIndex = 0

    init(elements: [JSONValue], path: CodingPath?) {
        self.elements = elements
        self.path = path
    }

    var codingPath: [any CodingKey] { CodingPath.keys(path) }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try element(JSONValue.self).isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try DecodingNode.decode(
            type, from: try element(type), in: path, at: IndexKey(currentIndex))
        currentIndex += 1
        return value
    }

    private func element(_ type: Any.Type) throws -> JSONValue {
        if !isAtEnd { return elements[currentIndex] }
        throw DecodingError.valueNotFound(
            type,
            .init(
                codingPath: CodingPath.keys(path, IndexKey(currentIndex)),
                debugDescription: "the array has \(elements.count) elements only"))
    }

    /// Makes a decoder of the next element and moves on once it is of use.
    private mutating func nested<Result>(
        _ type: Any.Type, _ body: (DecodingNode) throws -> Result
    ) throws -> Result {
        let node = DecodingNode(json: try element(type), path: CodingPath(path, IndexKey(currentIndex)))
        let result = try body(node)
        currentIndex += 1
        return result
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(JSONObject.self) { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nested([JSONValue].self) { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder {
        try nested(JSONValue.self) { $0 }
    }
}

struct SingleValueDecoding: SingleValueDecodingContainer {
    let node: DecodingNode

    var codingPath: [any CodingKey] { node.codingPath }

    func decodeNil() -> Bool { node.json.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try node.decode(type) }
}
