import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// How two identities of a function differ, as far as their records tell.
struct FunctionDifference {
    /// The versions that were stated by hand, where they differ.
    let versions: (from: String, to: String)?
    /// The parts that are others, new or gone.
    let parts: [Cause.Part]

    private struct Name: Hashable {
        let kind: String
        let name: String
    }

    init(from old: FunctionRecord, to new: FunctionRecord) {
        if let from = old.version, let to = new.version, from != to {
            versions = (from, to)
        } else {
            versions = nil
        }
        // A function's own members, but its version, which is what was compared; then what it reaches.
        let members = [
            ("module", old.module != new.module), ("outputs", old.outputs != new.outputs),
            ("parameters", old.parameters != new.parameters),
        ]
        parts =
            members.filter(\.1).map { Cause.Part(kind: $0.0, name: "", status: .changed) }
            + Self.difference(Self.digests(old.parts), Self.digests(new.parts))
    }

    /// What differs, in words: `file filter.py`. A command is its own name: it is said that it changed.
    var words: [String] {
        if let versions { return ["version \(versions.from) -> \(versions.to)"] }
        var seen: Set<String> = []
        return parts.map { part in
            switch part.kind {
            case "command": "the command"
            case "module", "outputs", "parameters": "its \(part.kind)"
            default: "\(part.kind) \(part.name)"
            }
        }.filter { seen.insert($0).inserted }
    }

    /// The digests by kind and name: overloads and extensions of one type have the same.
    private static func digests(_ parts: [FunctionRecord.Part]) -> [Name: Set<Digest>] {
        var digests: [Name: Set<Digest>] = [:]
        for part in parts { digests[Name(kind: part.kind, name: part.name), default: []].insert(part.digest) }
        return digests
    }

    private static func difference(
        _ old: [Name: Set<Digest>], _ new: [Name: Set<Digest>]
    ) -> [Cause.Part] {
        func part(_ name: Name, _ status: Difference.Change.Status) -> Cause.Part {
            Cause.Part(kind: name.kind, name: name.name, status: status)
        }
        let changed = new.compactMap { name, digests in
            old[name] == nil ? part(name, .added) : old[name] != digests ? part(name, .changed) : nil
        }
        let removed = old.keys.filter { new[$0] == nil }.map { part($0, .removed) }
        return (changed + removed).sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
    }
}
