// The generic `encode` of each container is also the witness of the standard library's requirements for every
// scalar type; there the compiler makes a version of it for the type.

struct KeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodingNode

    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil(forKey key: Key) {
        node.append(.null, name: key.stringValue)
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        node.append(try EncodingNode.encode(value, parent: node, key: key), name: key.stringValue)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        node.open(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        node.open(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { node.open(SuperKey()) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { node.open(key) }
}

struct UnkeyedEncoding: UnkeyedEncodingContainer {
    let node: EncodingNode

    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int { node.count }

    mutating func encodeNil() { node.append(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        node.append(try EncodingNode.encode(value, parent: node, key: IndexKey(node.count)))
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<
        Nested
    > {
        node.open(IndexKey(node.count)).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        node.open(IndexKey(node.count)).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { node.open(IndexKey(node.count)) }
}

struct SingleValueEncoding: SingleValueEncodingContainer {
    let node: EncodingNode

    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil() { node.set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        node.set(try EncodingNode.encode(value, parent: node, key: nil))
    }
}

/// A collection that encodes itself as an array whose order differs from one process to the next.
protocol UnorderedEncoding {
    /// How many elements of the array stay together.
    static var elementsPerEntry: Int { get }
}

extension Set: UnorderedEncoding {
    static var elementsPerEntry: Int { 1 }
}

/// Keys that are not strings or integers stand in the array in turn with their values.
extension Dictionary: UnorderedEncoding {
    static var elementsPerEntry: Int { 2 }
}

enum UnorderedElements {
    /// Sorts by the canonical bytes of the first element of each group.
    static func sorted(_ elements: [JSONValue], groupedBy size: Int) throws -> [JSONValue] {
        let groups = try stride(from: 0, to: elements.count - elements.count % size, by: size).map { start in
            (bytes: try elements[start].canonical, elements: elements[start..<start + size])
        }
        return groups.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.flatMap(\.elements)
    }
}
