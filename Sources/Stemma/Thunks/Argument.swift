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
    /// What invocations call it: the parameter's label, where lineage has a name.
    let label: String
    /// Digests of what an input was before: calls that were made with these answer, too.
    private(set) var standsFor: [Digest] = []
    /// The value that the function is called with.
    let value: @Sendable () throws -> Any
    /// Throws when the argument is not what it was when the call began.
    private(set) var check: @Sendable () throws -> Void = {}

    init(
        _ kind: Kind, label: String, standsFor: [Digest] = [], value: @escaping @Sendable () throws -> Any
    ) {
        (self.kind, self.label, self.standsFor, self.value) = (kind, label, standsFor, value)
    }

    /// The argument as it was before, for each digest that an input stands for; the last one first.
    var earlier: [Argument] {
        guard case .input(var input, let pending) = kind else { return [] }
        return standsFor.reversed().map { content in
            input.content = content
            var argument = Argument(.input(input, pending: pending), label: label, value: value)
            argument.check = check
            return argument
        }
    }

    /// - Parameters:
    ///   - argument: a plain value, or anything traced.
    ///   - type: what the function takes.
    /// Throws `.argumentMismatch` for a value of another type, `.unknownOrigin` for a plain value that is too large to
    /// be a constant, and what encoding a constant throws.
    init<T>(
        _ argument: any Sendable, as type: T.Type, name: String, label: String, position: Int,
        function: String,
        options: StoreOptions
    ) throws {
        self.label = label
        if let traced = argument as? any AnyTraced {
            let isWhole = type is any AnyWrapped.Type
            kind = .input(
                traced.input(name: name, position: position, isWhole: isWhole), pending: traced.origin.pending
            )
            value = { isWhole ? traced.wrapped() : try traced.anyValue() }
            standsFor = traced.origin.form?.standsFor ?? []
            return
        }
        if let file = argument as? FileArgument {
            // The function can see both: what is in the file, and what it is called.
            let value = JSONValue.object(
                JSONObject([("path", .string(file.path)), ("sha256", .string(file.digest.hex))]))
            kind = .constant(
                LineageRecord.Constant(name: name, position: position, type: "file", value: .inline(value)),
                bits: value.printed, blob: nil)
            self.value = { file.path }
            check = { try file.check() }
            return
        }
        guard let plain = Self.convert(argument, to: type) else {
            throw StemmaError.argumentMismatch(
                function, "the argument '\(name)' is \(Swift.type(of: argument)); the function takes \(type)")
        }
        let (constant, bits, blob, seen) = try Self.constant(plain, name: name, position: position)
        if let blob, blob.count > options.largestConstant,
            case .blob(let digest, let format, _) = constant.value
        {
            guard options.isEphemeral else {
                throw StemmaError.unknownOrigin(
                    function, name, size: blob.count, limit: options.largestConstant)
            }
            kind = .input(
                LineageRecord.Input(name: name, position: position, format: format, content: digest),
                pending: nil)
        } else {
            kind = .constant(constant, bits: bits, blob: blob)
        }
        // It was made of a value that is sendable, and nobody else has it.
        nonisolated(unsafe) let converted = seen
        value = { converted }
    }

    /// Adds what of the argument is part of the identity of a call.
    func add(to invocation: Invocation) {
        switch kind {
        case .input(let input, _):
            invocation.add(input: label, format: input.format, content: input.content)
            if input.isWhole { invocation.add(wholeKeys: input.keys ?? [:], version: input.version ?? [:]) }
        case .constant(let constant, let bits, _):
            invocation.add(constant: label, type: constant.type, bits: bits)
        }
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
    ) throws -> (LineageRecord.Constant, bits: [UInt8], blob: [UInt8]?, seen: T) {
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
        // What a type leaves out of its encoding is in no invocation, and the function is not to see it either.
        let isScalar =
            value is Bool || value is String || value is any BinaryInteger || value is any BinaryFloatingPoint
        let seen = isScalar ? value : try codec.decode(payload)
        if let json, try json.canonical.count <= inlineLimit {
            return (constant(.inline(json)), bits, nil, seen)
        }
        // The same in every process, and no more than is shown: a dictionary describes itself in another order each time.
        let preview =
            codec.format == .json
            ? String(decoding: payload.prefix(80), as: UTF8.self)
            : "\(codec.format.rawValue), \(payload.count) bytes"
        return (
            constant(.blob(digest: Digest.of(payload), format: codec.format, preview: preview)), bits,
            payload, seen
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

extension AnyTraced {
    /// What a lineage record says of it as an argument.
    func input(name: String, position: Int, isWhole: Bool = false) -> LineageRecord.Input {
        let record = origin.record
        return LineageRecord.Input(
            name: name, position: position, format: format, content: origin.content,
            variable: record?.variable, keys: record?.keys, version: record?.version, lineage: origin.lineage,
            isWhole: isWhole)
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
