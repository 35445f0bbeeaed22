import StemmaBlobs
import StemmaRecords

/// How values of one type become payloads and payloads become values.
///
/// Unchecked, because the closures capture nothing but the metatype of a cast, which the compiler cannot see to be
/// sendable.
struct PayloadCodec<Value>: @unchecked Sendable {
    let format: PayloadFormat
    /// The schema version that the type states.
    private(set) var stated: StatedType?
    let encode: (Value) throws -> [UInt8]
    let decode: ([UInt8]) throws -> Value

    /// Throws `.unsupportedType` for a type that is neither `Storable` nor `Codable`, and `.invalidSchemaVersion` for one
    /// that states a version that is none.
    init() throws {
        if let storable = Value.self as? any Storable.Type {
            self = try Self.storable(storable)
        } else if let codable = Value.self as? any Codable.Type {
            self = try Self.codable(codable)
        } else {
            throw StemmaError.unsupportedType(Value.self)
        }
        stated = try Self.statedType()
    }

    /// What the type states of its schema version.
    static func statedType() throws -> StatedType? {
        try (Value.self as? any SchemaVersioned.Type).map {
            StatedType(name: "\(Value.self)", version: try SchemaVersion($0.schemaVersion))
        }
    }

    private init(
        format: PayloadFormat, encode: @escaping (Value) throws -> [UInt8],
        decode: @escaping ([UInt8]) throws -> Value
    ) {
        (self.format, self.encode, self.decode) = (format, encode, decode)
    }

    private static func storable<S: Storable>(_ type: S.Type) throws -> PayloadCodec {
        PayloadCodec(
            format: S.payloadFormat,
            encode: { value in
                guard let value = value as? S else { throw StemmaError.unsupportedType(Value.self) }
                return try value.payload()
            },
            decode: { bytes in
                guard let value = try S(payload: bytes) as? Value else {
                    throw StemmaError.unsupportedType(Value.self)
                }
                return value
            })
    }

    private static func codable<C: Codable>(_ type: C.Type) throws -> PayloadCodec {
        PayloadCodec(
            format: .json,
            encode: { value in
                guard let value = value as? any Encodable else {
                    throw StemmaError.unsupportedType(Value.self)
                }
                return try CanonicalJSONEncoder().encode(value).canonical + [0x0A]
            },
            decode: { bytes in
                let json = try bytes.withUnsafeBytes { try JSONParser.parse($0) }
                guard let value = try CanonicalJSONDecoder().decode(C.self, from: json) as? Value else {
                    throw StemmaError.unsupportedType(Value.self)
                }
                return value
            })
    }
}
