import StemmaBlobs

/// A migration that a variable has gone through: records that are still of the older version are raised by it.
public struct AppliedMigration: Hashable, Sendable {
    /// The version that it leads from.
    public let from: SchemaVersion
    /// The version that it leads to.
    public let to: SchemaVersion
    /// The digest of its definition.
    public let definition: Digest
    /// Whether calls go on with what a payload was before: then nothing that was made from it is stale. It stays as it was said
    /// when the variable went through it.
    public let keepsDownstream: Bool

    package init(from: SchemaVersion, to: SchemaVersion, definition: Digest, keepsDownstream: Bool = false) {
        (self.from, self.to, self.definition) = (from, to, definition)
        self.keepsDownstream = keepsDownstream
    }

    /// `nil` for anything else than what `json` gives.
    init?(_ json: JSONValue) {
        guard case .object(let object) = json,
            let from = object["from"]?.asString.flatMap({ try? SchemaVersion($0) }),
            let to = object["to"]?.asString.flatMap({ try? SchemaVersion($0) }), from < to,
            let definition = object["definition"]?.asString.flatMap({ Digest(hex: $0) })
        else { return nil }
        var keeps = false
        if let member = object["keepsDownstream"] {
            guard case .bool(let value) = member else { return nil }
            keeps = value
        }
        guard object.count == (object["keepsDownstream"] == nil ? 3 : 4) else { return nil }
        self.init(from: from, to: to, definition: definition, keepsDownstream: keeps)
    }

    var json: JSONValue {
        var object: JSONObject = [
            "definition": .string(definition.hex), "from": .string(from.description),
            "to": .string(to.description),
        ]
        if keepsDownstream { object["keepsDownstream"] = true }
        return .object(object)
    }
}
