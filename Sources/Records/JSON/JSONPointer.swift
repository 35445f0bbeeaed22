import StemmaBlobs

/// The way from the top of a JSON value to one of its parts (RFC 6901), such as `/trials/3/peak`.
public struct JSONPointer: Sendable {
    /// The names of members and the indices of elements on the way, without escapes; none for the whole value.
    public let tokens: [String]

    /// The pointer to the whole value.
    public static let root = JSONPointer(tokens: [])

    /// The pointer that goes through these members and elements.
    public init(tokens: [String]) {
        self.tokens = tokens
    }

    /// Reads a pointer as RFC 6901 writes it: empty, or `/` before each token, with `~0` for `~` and `~1` for `/`.
    ///
    /// Throws `malformedPointer`.
    public init(_ text: String) throws {
        tokens = try Self.tokens(text, hasPatterns: false).compactMap { $0 }
    }

    /// The tokens of a pointer in which a token `*` stands for every element, which is `nil` here, and `~2` for a
    /// character `*`.
    ///
    /// Throws `malformedPointer`.
    package static func patternTokens(_ text: String) throws -> [String?] {
        try tokens(text, hasPatterns: true)
    }

    private static func tokens(_ text: String, hasPatterns: Bool) throws -> [String?] {
        guard !text.utf8.isEmpty else { return [] }
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw StemmaError.malformedPointer(text, "it does not begin with '/'")
        }
        var tokens: [String?] = []
        for part in text.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            if hasPatterns, part.elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) {
                tokens.append(nil)
                continue
            }
            guard let token = unescaped(part, hasPatterns: hasPatterns) else {
                throw StemmaError.malformedPointer(
                    text, "'~' is followed by \(hasPatterns ? "none of 0, 1 and 2" : "neither 0 nor 1")")
            }
            tokens.append(token)
        }
        return tokens
    }

    /// The pointer to a member of the object that this one leads to.
    public func appending(_ name: String) -> JSONPointer { JSONPointer(tokens: tokens + [name]) }

    /// The pointer to an element of the array that this one leads to.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    /// The part of a value that this leads to, `nil` if there is none.
    public func resolve(in value: JSONValue) -> JSONValue? {
        var part = value
        for token in tokens {
            switch part {
            case .object(let object):
                guard let member = object[token] else { return nil }
                part = member
            case .array(let elements):
                guard let index = Self.elementIndex(token), index < elements.count else { return nil }
                part = elements[index]
            default:
                return nil
            }
        }
        return part
    }

    /// The place that a token names in an array: decimal digits without leading zeros.
    package static func elementIndex(_ token: String) -> Int? {
        let digits = token.utf8
        guard digits.allSatisfy({ (JSONByte.zero...JSONByte.nine).contains($0) }),
            digits.count == 1 || digits.first != JSONByte.zero
        else {
            return nil
        }
        return Int(token)
    }

    private static func unescaped(_ part: Substring.UTF8View, hasPatterns: Bool) -> String? {
        guard part.contains(UInt8(ascii: "~")) else { return String(Substring(part)) }
        var bytes: [UInt8] = []
        var rest = part
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            case UInt8(ascii: "2") where hasPatterns: bytes.append(UInt8(ascii: "*"))
            default: return nil
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONPointer: Hashable {
    /// Whether both go the same way; names are compared by their bytes, as those of members are.
    public static func == (left: JSONPointer, right: JSONPointer) -> Bool {
        left.tokens.count == right.tokens.count
            && zip(left.tokens, right.tokens).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    /// Hashes the tokens.
    public func hash(into hasher: inout Hasher) { hasher.combine(tokens) }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as RFC 6901 writes it.
    public var description: String {
        var bytes: [UInt8] = []
        for token in tokens {
            bytes.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): bytes.append(literal: "~0")
                case UInt8(ascii: "/"): bytes.append(literal: "~1")
                default: bytes.append(byte)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
