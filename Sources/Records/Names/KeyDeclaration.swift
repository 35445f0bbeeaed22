import StemmaBlobs

/// The declared type of a key.
public enum KeyType: String, CaseIterable, Sendable {
    /// A number without a fraction of at most 2^53 in magnitude, any finite number, a string, or `true` and `false`.
    case integer, number, string, boolean

    /// Whether `value` is of this type; `1.0` is an integer, because it is the same value as `1`.
    public func accepts(_ value: Scalar) -> Bool {
        switch (self, value) {
        case (.integer, .number(let number)): number.rounded() == number && number.magnitude <= 0x1p53
        case (.number, .number(let number)): number.isFinite
        case (.string, .string), (.boolean, .bool): true
        default: false
        }
    }
}

/// One of the store's keys: its name and the type of its values.
public struct KeyDeclaration: Hashable, Sendable {
    /// The name of the key.
    public let name: String
    /// The type that its values must have.
    public let type: KeyType

    /// A key of that name and type; the name is checked by `KeyDeclarations`.
    public init(_ name: String, _ type: KeyType) {
        self.name = name
        self.type = type
    }

    /// From `NAME` or `NAME:TYPE`, as `stemma init --key` takes it; the type is `string` when not said.
    ///
    /// Throws `.unknownKeyType` and `.invalidName`.
    public init(parsing text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        try Name.check(name, of: "key")
        guard parts.count == 2 else {
            self.init(name, .string)
            return
        }
        guard let type = KeyType(rawValue: String(parts[1])) else {
            throw StemmaError.unknownKeyType(String(parts[1]), key: name)
        }
        self.init(name, type)
    }
}

/// The store's keys in their declared order, which is the order that records sort by.
public struct KeyDeclarations: Hashable, Sendable {
    /// The declarations in the order that records sort by.
    public private(set) var list: [KeyDeclaration]
    /// Keys whose names version entries may still have: while they are being made of these entries.
    package var promoting: Set<String> = []

    /// Keys in this order. Throws `.invalidName`, and `.namesCollide` when a name is declared twice or in two cases.
    public init(_ list: [KeyDeclaration]) throws {
        var seen: [String: String] = [:]
        for key in list {
            try Name.check(key.name, of: "key")
            if let other = seen.updateValue(key.name, forKey: key.name.lowercased()) {
                throw StemmaError.namesCollide(key.name, other, of: "key")
            }
        }
        self.list = list
    }

    /// The declaration of a key; `nil` when there is none of that name.
    public subscript(name: String) -> KeyDeclaration? { list.first { $0.name == name } }

    /// Throws unless every entry of `keys` is declared and of its declared type.
    package func check(_ keys: Keys) throws {
        for entry in keys.entries {
            guard let key = self[entry.name] else {
                throw StemmaError.unknownKey(entry.name, declared: list.map(\.name))
            }
            guard key.type.accepts(entry.value) else {
                throw StemmaError.keyTypeMismatch(key, value: entry.value)
            }
        }
    }

    /// Throws unless `version` has valid names, none of them that of a key.
    package func check(version: Version) throws {
        for entry in version.entries {
            try Name.check(entry.name, of: "version entry")
            if self[entry.name] != nil, !promoting.contains(entry.name) {
                throw StemmaError.keyInVersion(entry.name)
            }
            guard entry.value.isFinite else { throw StemmaError.noExactForm(entry.name) }
        }
    }
}
