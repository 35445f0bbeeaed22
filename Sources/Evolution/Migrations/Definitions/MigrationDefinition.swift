import StemmaBlobs
import StemmaRecords

/// How values go from one version of a variable's schema to a later one, and back if that can be.
///
/// Its canonical JSON is what is stored, and its digest is what it is remembered by.
public struct MigrationDefinition: Sendable {
    /// The version that values have before.
    public let from: SchemaVersion
    /// The version that they have after; later than `from`.
    public let to: SchemaVersion
    /// The definition as it was given.
    public let json: JSONValue
    /// The SHA-256 of the canonical JSON and a newline.
    public let digest: Digest

    package let up: MigrationWay
    /// The way back, derived or written.
    package let down: MigrationWay?
    /// What is in the way of deriving the way back, if it is neither derived nor written.
    public let obstacle: MigrationObstacle?
    /// Whether the way back follows from the way forth.
    public let derivesDown: Bool

    /// Whether values can go back.
    public var hasDown: Bool { down != nil }
    /// Whether both ways are lists of operations, as far as there are two.
    public var isDeclarative: Bool { up.isDeclarative && (down?.isDeclarative ?? true) }

    /// Reads a definition: `{"from": ..., "to": ..., "up": ..., "down": ...}`.
    ///
    /// Throws `invalidMigration` with the `pointer` to what is wrong.
    public init(_ json: JSONValue) throws {
        guard case .object(let object) = json else {
            throw StemmaError.invalidMigration("expected an object, found \(json.kind)", at: .root)
        }
        for name in object.names where !Self.members.contains(where: { $0.hasSameBytes(as: name) }) {
            throw StemmaError.invalidMigration(
                "a migration has no member '\(StemmaError.printable(name))'",
                at: JSONPointer.root.appending(name), hint: "it has \(Self.members.joined(separator: ", "))")
        }
        from = try Self.version("from", of: object)
        to = try Self.version("to", of: object)
        guard from < to else {
            throw StemmaError.invalidMigration(
                "it goes up from \(from) to \(to), which is not later", at: JSONPointer.root.appending("to"),
                hint: "the way back is 'down'")
        }
        guard let forth = object["up"] else {
            throw StemmaError.invalidMigration("'up' is missing", at: .root)
        }
        let upPlace = JSONPointer.root.appending("up")
        up = try MigrationWay(forth, at: upPlace)
        if let back = object["down"] {
            down = try MigrationWay(back, at: JSONPointer.root.appending("down"))
            obstacle = nil
            derivesDown = false
        } else if case .operations(let list) = up {
            do {
                down = .operations(try list.inverse())
                obstacle = nil
            } catch {
                down = nil
                obstacle = error
            }
            derivesDown = down != nil
        } else {
            down = nil
            obstacle = MigrationObstacle(
                pointer: upPlace, operation: .null, reason: "only operations can be turned round")
            derivesDown = false
        }
        self.json = json
        var bytes = try json.canonical
        bytes.append(UInt8(ascii: "\n"))
        digest = Digest.of(bytes)
    }

    /// Reads the text of a definition.
    ///
    /// Throws `invalidMigration`, and `malformedJSON` or `integerTooLarge` if it is no JSON.
    package init(text: [UInt8]) throws { try self.init(try JSONParser.parse(text, integers: .limited)) }

    /// A migration of these ways. Throws `invalidMigration` if `to` is not later than `from`.
    package init(from: SchemaVersion, to: SchemaVersion, up: JSONValue, down: JSONValue? = nil) throws {
        var object: JSONObject = [
            "from": .string(from.description), "to": .string(to.description), "up": up,
        ]
        if let down { object["down"] = down }
        try self.init(.object(object))
    }

    /// A migration by closures, which the program that uses the store has by their names.
    ///
    /// Throws `invalidMigration` if `to` is not later than `from`.
    public init(from: SchemaVersion, to: SchemaVersion, closure: String, hasDown: Bool) throws {
        let way: JSONValue = ["swift": .string(closure)]
        try self.init(from: from, to: to, up: way, down: hasDown ? way : nil)
    }

    /// The operations of the way back, as a definition would have them, if it follows from the way forth.
    public var derivedDown: JSONValue? { derivesDown ? down?.json : nil }

    /// The content of the file in which it is stored.
    package var fileContent: [UInt8] { json.printedPretty }

    /// The name of that file.
    package var fileName: String { "\(from)--\(to).json" }

    private static let members = ["from", "to", "up", "down"]

    private static func version(_ name: String, of object: JSONObject) throws -> SchemaVersion {
        guard let value = object[name] else {
            throw StemmaError.invalidMigration("'\(name)' is missing", at: .root)
        }
        let place = JSONPointer.root.appending(name)
        guard case .string(let text) = value else {
            throw StemmaError.invalidMigration("expected a version, found \(value.kind)", at: place)
        }
        do { return try SchemaVersion(text) } catch let error as StemmaError {
            throw StemmaError.invalidMigration(error.message, at: place, hint: error.hint)
        }
    }
}

extension MigrationDefinition: Hashable {
    /// Whether both are the same definition.
    public static func == (left: MigrationDefinition, right: MigrationDefinition) -> Bool {
        left.digest == right.digest
    }

    /// Hashes the digest.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
