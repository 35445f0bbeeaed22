import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// One argument of a call, told apart into what the invocation and the lineage record need of it.
struct Argument {
    enum Kind {
        case input(LineageRecord.Input, pending: PendingLineage?)
        /// `blob` is what does not fit into the lineage record.
        case constant(LineageRecord.Constant, bits: [UInt8], blob: [UInt8]?)
    }

    let kind: Kind
    /// The plain value that the function is called with.
    let value: () throws -> Any

    /// - Parameters:
    ///   - argument: a plain value, or anything traced.
    ///   - type: what the function takes.
    /// Throws `.argumentMismatch` for a value of another type, and what encoding a constant throws.
    init<T>(_ argument: Any, as type: T.Type, name: String, position: Int, function: String) throws {
        if let traced = argument as? any AnyTraced {
            kind = .input(
                LineageRecord.Input(
                    name: name, position: position, format: traced.format,
                    content: traced.origin.invocationContent,
                    variable: traced.record?.variable, keys: traced.record?.keys,
                    version: traced.record?.version,
                    lineage: traced.origin.lineage),
                pending: traced.origin.pending)
            value = { try traced.anyValue() }
            return
        }
        guard let plain = Self.convert(argument, to: type) else {
            throw StemmaError.argumentMismatch(
                function, "the argument '\(name)' is \(Swift.type(of: argument)); the function takes \(type)")
        }
        let (constant, bits, blob) = try Self.constant(plain, name: name, position: position)
        kind = .constant(constant, bits: bits, blob: blob)
        value = { plain }
    }

    /// A literal `20` arrives as an `Int`; where the function takes another number it is converted, exactly or not
    /// at all.
    private static func convert<T>(_ argument: Any, to type: T.Type) -> T? {
        if let value = argument as? T { return value }
        guard let integer = argument as? Int else {
            guard let double = argument as? Double, type == Float.self, let float = Float(exactly: double)
            else {
                return nil
            }
            return float as? T
        }
        if type == Double.self { return Double(exactly: integer) as? T }
        if type == Float.self { return Float(exactly: integer) as? T }
        if let other = type as? any FixedWidthInteger.Type { return exactly(integer, other) as? T }
        return nil
    }

    private static func exactly<I: FixedWidthInteger>(_ integer: Int, _ type: I.Type) -> I? {
        I(exactly: integer)
    }

    private static func constant<T>(
        _ value: T, name: String, position: Int
    ) throws -> (LineageRecord.Constant, bits: [UInt8], blob: [UInt8]?) {
        func constant(_ content: LineageRecord.Constant.Value) -> LineageRecord.Constant {
            LineageRecord.Constant(
                name: name, position: position, type: TypeName.of(T.self), value: content)
        }
        let codec = try PayloadCodec<T>()
        let payload: [UInt8]
        let json: JSONValue?
        if codec.format == .json, let codable = value as? any Encodable {
            let encoded = try CanonicalJSONEncoder().encode(codable)
            json = encoded
            payload = try encoded.canonical + [0x0A]
        } else {
            payload = try codec.encode(value)
            // Short arrays are shown as they are; those with NaN have no JSON form.
            json = (value as? any Encodable).flatMap {
                payload.count <= 4 * inlineLimit ? try? CanonicalJSONEncoder().encode($0) : nil
            }
        }
        let bits = exactBits(value, payload, json)
        if let json, try json.canonical.count <= inlineLimit { return (constant(.inline(json)), bits, nil) }
        let preview = String("\(value)".prefix(80))
        return (
            constant(.blob(digest: Digest.of(payload), format: codec.format, preview: preview)), bits, payload
        )
    }

    private static let inlineLimit = LineageRecord.Constant.inlineLimit

    /// JSON has one zero; a function can tell -0 from 0, so that the invocation must too.
    private static func exactBits<T>(_ value: T, _ payload: [UInt8], _ json: JSONValue?) -> [UInt8] {
        guard let json, json.hasNegativeZero else { return payload }
        var signs: [UInt8] = []
        json.appendZeroSigns(to: &signs)
        return payload + [0] + signs
    }
}

extension JSONValue {
    fileprivate var hasNegativeZero: Bool {
        switch self {
        case .number(let number): number == 0 && number.sign == .minus
        case .array(let elements): elements.contains(where: \.hasNegativeZero)
        case .object(let object): object.contains { $0.value.hasNegativeZero }
        default: false
        }
    }

    fileprivate func appendZeroSigns(to signs: inout [UInt8]) {
        switch self {
        case .number(let number): signs.append(number.sign == .minus ? 1 : 0)
        case .array(let elements): for element in elements { element.appendZeroSigns(to: &signs) }
        case .object(let object): for member in object { member.value.appendZeroSigns(to: &signs) }
        default: break
        }
    }
}
