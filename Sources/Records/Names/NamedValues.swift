import StemmaBlobs

/// Named scalars: the keys of a record (where a result belongs) or its version (which variant it is).
///
/// Two values with the same names and scalars are equal, whatever order they were written in.
public struct NamedValues: Hashable, Sendable {
    /// One name and its value.
    public struct Entry: Hashable, Sendable {
        /// The name of the key or version entry.
        public let name: String
        /// Its value.
        public let value: Scalar
    }

    /// Sorted by name, each name once. Names are ASCII, so that this is also the order of canonical JSON.
    public private(set) var entries: [Entry]

    /// No values.
    public init() { entries = [] }

    /// Takes over entries; of several with one name the last counts.
    public init(_ pairs: some Sequence<(String, Scalar)>) {
        self.init()
        for (name, value) in pairs { self[name] = value }
    }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }
    /// How many there are.
    public var count: Int { entries.count }
    /// Their names, sorted.
    public var names: [String] { entries.map(\.name) }

    /// The value under `name`; setting `nil` removes the entry (`.null` is a value).
    public subscript(name: String) -> Scalar? {
        get { entries.first { $0.name == name }?.value }
        set {
            // Names are compared by bytes: Swift's < on strings goes by Unicode normal forms.
            let position =
                entries.firstIndex { !$0.name.utf8.lexicographicallyPrecedes(name.utf8) } ?? entries.count
            let found = position < entries.count && entries[position].name == name
            switch (found, newValue) {
            case (true, let value?): entries[position] = Entry(name: name, value: value)
            case (true, nil): entries.remove(at: position)
            case (false, let value?): entries.insert(Entry(name: name, value: value), at: position)
            case (false, nil): break
            }
        }
    }

    /// Whether every entry of `other` stands here with the same value.
    public func contains(_ other: NamedValues) -> Bool {
        other.entries.allSatisfy { self[$0.name] == $0.value }
    }

    /// These entries and those of `other`, which win.
    public func merging(_ other: NamedValues) -> NamedValues {
        var result = self
        for entry in other.entries { result[entry.name] = entry.value }
        return result
    }

    /// As canonical JSON (RFC 8785).
    package func appendCanonical(to bytes: inout [UInt8]) {
        bytes.append(0x7B)
        for (index, entry) in entries.enumerated() {
            if index > 0 { bytes.append(0x2C) }
            // A valid name needs no escape.
            bytes.append(0x22)
            bytes.append(contentsOf: entry.name.utf8)
            bytes.append(0x22)
            bytes.append(0x3A)
            entry.value.json.appendPrinted(to: &bytes)
        }
        bytes.append(0x7D)
    }

    package var canonical: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        appendCanonical(to: &bytes)
        return bytes
    }

    /// The values as a JSON object.
    public var json: JSONValue {
        .object(JSONObject(entries.map { ($0.name, $0.value.json) }))
    }

    /// From a JSON object of scalars; `what` is "keys" or "version", for the message.
    package init(json: JSONValue, what: String) throws {
        guard case .object(let object) = json else {
            throw StemmaError.invalidRecord("'\(what)' is not an object of scalars")
        }
        self.init()
        entries.reserveCapacity(object.count)
        for (name, value) in object {
            guard let scalar = Scalar(value) else {
                throw StemmaError.invalidRecord("'\(name)' in '\(what)' is not a scalar")
            }
            try Name.check(name, of: what == "keys" ? "key" : "version entry")
            self[name] = scalar
        }
    }
}

/// The ordered address of a record in the data set: *where* a result belongs.
public typealias Keys = NamedValues

/// The other named values of a record: *which variant* of the computation it is. May be empty.
public typealias Version = NamedValues

extension NamedValues: ExpressibleByDictionaryLiteral {
    /// The values that a literal names; of a name that is given twice the last one counts.
    public init(dictionaryLiteral elements: (String, Scalar)...) { self.init(elements) }
}

extension NamedValues: CustomStringConvertible {
    /// As the command line takes it: `subject=1 session=A`.
    public var description: String {
        entries.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
    }
}
