import StemmaBlobs
import StemmaRecords

/// What the function records of two identities say of how they differ.
struct FunctionParts {
    /// The versions that were stated by hand, where they tell the two apart; otherwise the identities.
    let from: JSONValue
    let to: JSONValue
    let parts: [Cause.Part]

    private struct Name: Hashable {
        let kind: String
        let name: String
    }

    /// `nil` when one of them cannot be read.
    init?(_ before: [UInt8], _ after: [UInt8], identities: (from: JSONValue, to: JSONValue)) {
        guard let old = try? before.withUnsafeBytes({ try JSONParser.parse($0) }).asObject,
            let new = try? after.withUnsafeBytes({ try JSONParser.parse($0) }).asObject
        else { return nil }
        if let a = old["version"], let b = new["version"], a != b {
            (from, to) = (a, b)
        } else {
            (from, to) = identities
        }
        // A function's own members, but its version, which is what was compared; then what it reaches.
        let members = ["module", "parameters", "outputs"].filter { old[$0] != new[$0] }.map {
            Cause.Part(kind: $0, name: "", status: .changed)
        }
        parts = members + Self.difference(Self.parts(old), Self.parts(new))
    }

    /// The digests by kind and name: overloads and extensions of one type have the same.
    private static func parts(_ function: JSONObject) -> [Name: Set<String>] {
        guard case .array(let list)? = function["parts"] else { return [:] }
        var parts: [Name: Set<String>] = [:]
        for part in list {
            guard let kind = part["kind"]?.asString, let name = part["name"]?.asString else { continue }
            parts[Name(kind: kind, name: name), default: []].insert(part["digest"]?.asString ?? "")
        }
        return parts
    }

    private static func difference(_ old: [Name: Set<String>], _ new: [Name: Set<String>]) -> [Cause.Part] {
        func part(_ name: Name, _ status: Difference.Change.Status) -> Cause.Part {
            Cause.Part(kind: name.kind, name: name.name, status: status)
        }
        let changed = new.compactMap { name, digest in
            old[name] == nil ? part(name, .added) : old[name] != digest ? part(name, .changed) : nil
        }
        let removed = old.keys.filter { new[$0] == nil }.map { part($0, .removed) }
        return (changed + removed).sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }
}
