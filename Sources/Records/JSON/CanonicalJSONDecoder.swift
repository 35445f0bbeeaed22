import StemmaBlobs

/// Makes values of every `Decodable` type of JSON, exactly or not at all.
///
/// A number with a fraction is no integer, one beyond 2^53 neither, and one that a `Float` would round is no
/// `Float`. Members that the type does not ask for are passed over.
package struct CanonicalJSONDecoder {
    package init() {}

    /// Decodes a value.
    ///
    /// Throws `undecodable`, with the path to the part at fault, and whatever else the type's `init(from:)` throws.
    package func decode<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws -> Value {
        do {
            return try DecodingNode(json: json, path: nil).decode(type)
        } catch let error as DecodingError {
            throw StemmaError.undecodable(error)
        }
    }
}

/// The decoder of one value.
struct DecodingNode: Decoder {
    let json: JSONValue
    let path: CodingPath?

    var codingPath: [any CodingKey] { CodingPath.keys(path) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = json else { throw mismatch(JSONObject.self, "an object") }
        return KeyedDecodingContainer(KeyedDecoding<Key>(object: object, path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = json else { throw mismatch([JSONValue].self, "an array") }
        return UnkeyedDecoding(elements: elements, path: path)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        SingleValueDecoding(node: self)
    }

    private func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        let reason = InexactValue.mismatch(json, expected).reason
        return .typeMismatch(type, .init(codingPath: codingPath, debugDescription: reason))
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let scalar = type as? any JSONScalar.Type {
            return try Self.decode(scalar, as: type, json, path, key: nil)
        }
        if let arrayType = type as? any JSONScalarArray.Type, case .array(let elements) = json,
            let array = arrayType.decode(elements) as? Value
        {
            return array
        }
        return try Value(from: self)
    }

    /// Decodes a part at a key; its path is only made if there is something deeper.
    static func decode<Value: Decodable>(
        _ type: Value.Type, from json: JSONValue, in path: CodingPath?, at key: any CodingKey
    ) throws -> Value {
        if let scalar = type as? any JSONScalar.Type {
            return try decode(scalar, as: type, json, path, key: key)
        }
        return try DecodingNode(json: json, path: CodingPath(path, key)).decode(type)
    }

    private static func decode<Value>(
        _ scalar: any JSONScalar.Type, as type: Value.Type, _ json: JSONValue, _ path: CodingPath?,
        key: (any CodingKey)?
    ) throws -> Value {
        do {
            if let value = try scalar.init(json: json) as? Value { return value }
            throw InexactValue(reason: "it is not a \(type)", isMismatch: true)
        } catch let error as InexactValue {
            let context = DecodingError.Context(
                codingPath: CodingPath.keys(path, key), debugDescription: error.reason)
            throw error.isMismatch
                ? DecodingError.typeMismatch(type, context) : DecodingError.dataCorrupted(context)
        }
    }
}
