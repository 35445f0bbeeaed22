import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// The first component in which two calls differ, in the order in which it is best told: function, constants, inputs.
public enum CallDifference: Hashable, Sendable {
    /// Another function made it.
    case function(from: String, to: String)
    /// The function is another version of itself.
    case identity(function: String, from: Digest, to: Digest)
    /// A constant has another value; `nil` where there was none.
    case constant(name: String, from: JSONValue?, to: JSONValue?)
    /// An input has another payload; `nil` where there was none.
    case input(name: String, from: Digest?, to: Digest?)
    /// The function was told other keys.
    case keys(from: Keys?, to: Keys?)
    /// One was computed, and the other edited by hand or given.
    case origin

    /// What differs, without saying how.
    public var component: String {
        switch self {
        case .function: "the function"
        case .identity(let function, _, _): "the code of \(function)"
        case .constant(let name, _, _): "the constant '\(name)'"
        case .input(let name, _, _): "the input '\(name)'"
        case .keys: "the keys"
        case .origin: "how it was made"
        }
    }

    /// Compares two calls as the cache does, by what they were given; `nil` when they are one. (`LineageComparison`
    /// compares their stories: where that stood, and what lies upstream.)
    init?(from old: LineageRecord, to new: LineageRecord) {
        guard let before = old.function, let after = new.function else {
            if old.origin == new.origin { return nil }
            self = .origin
            return
        }
        if before.name != after.name {
            self = .function(from: before.name, to: after.name)
        } else if before.identity != after.identity {
            self = .identity(function: after.name, from: before.identity, to: after.identity)
        } else if let constant = Self.constants(old, new) ?? Self.inputs(old, new) {
            self = constant
        } else if old.keys != new.keys {
            self = .keys(from: old.keys, to: new.keys)
        } else {
            return nil
        }
    }

    /// How many components are the same: the nearest of several calls has most.
    static func likeness(_ old: LineageRecord, _ new: LineageRecord) -> Int {
        let constants = Dictionary(old.constants.map { ($0.name, $0.value) }) { first, _ in first }
        let inputs = Dictionary(old.inputs.map { ($0.name, $0.content) }) { first, _ in first }
        var same = old.function?.identity == new.function?.identity ? 2 : 0
        for constant in new.constants where constants[constant.name] == constant.value { same += 1 }
        // An input that stands at the same keys is nearer than one that only happens to be the same.
        for input in new.inputs where inputs[input.name] == input.content { same += 1 }
        for input in new.inputs
        where old.inputs.contains(where: { $0.name == input.name && $0.keys == input.keys }) {
            same += 2
        }
        return same
    }

    private static func constants(_ old: LineageRecord, _ new: LineageRecord) -> CallDifference? {
        let before = Dictionary(old.constants.map { ($0.name, $0) }) { first, _ in first }
        let after = Dictionary(new.constants.map { ($0.name, $0) }) { first, _ in first }
        for name in order(
            old.constants.map { ($0.position, $0.name) }, new.constants.map { ($0.position, $0.name) })
        where before[name]?.value != after[name]?.value || before[name]?.type != after[name]?.type {
            return .constant(name: name, from: before[name]?.value.shown, to: after[name]?.value.shown)
        }
        return nil
    }

    private static func inputs(_ old: LineageRecord, _ new: LineageRecord) -> CallDifference? {
        let before = Dictionary(old.inputs.map { ($0.name, $0.content) }) { first, _ in first }
        let after = Dictionary(new.inputs.map { ($0.name, $0.content) }) { first, _ in first }
        for name in order(
            old.inputs.map { ($0.position, $0.name) }, new.inputs.map { ($0.position, $0.name) })
        where before[name] != after[name] {
            return .input(name: name, from: before[name], to: after[name])
        }
        // What was handed over as a whole has keys and version that the function saw.
        func seen(_ record: LineageRecord) -> [Keys] {
            record.inputs.filter(\.isWhole).map { ($0.keys ?? [:]).merging($0.version ?? [:]) }
        }
        for (a, b) in zip(seen(old), seen(new)) where a != b { return .keys(from: a, to: b) }
        return nil
    }

    /// The names of both, in the order of the parameters.
    private static func order(_ old: [(Int, String)], _ new: [(Int, String)]) -> [String] {
        var seen: Set<String> = []
        return (new + old).sorted { $0.0 < $1.0 }.map(\.1).filter { seen.insert($0).inserted }
    }
}

extension CallDifference: CustomStringConvertible {
    /// What differs and how, in a few words.
    public var description: String {
        func short(_ digest: Digest?) -> String { digest.map { $0.short } ?? "none" }
        func text(_ value: JSONValue?) -> String {
            value.map { String(decoding: $0.printed.prefix(80), as: UTF8.self) } ?? "none"
        }
        switch self {
        case .function(let from, let to): return "\(component): \(from) -> \(to)"
        case .identity(_, let from, let to): return "\(component): \(short(from)) -> \(short(to))"
        case .constant(_, let from, let to): return "\(component): \(text(from)) -> \(text(to))"
        case .input(_, let from, let to): return "\(component): \(short(from)) -> \(short(to))"
        case .keys(let from, let to):
            return "\(component): \(from?.description ?? "none") -> \(to?.description ?? "none")"
        case .origin: return component
        }
    }
}

extension LineageRecord.Constant.Value {
    /// The value, or what is shown of one that stands in a blob.
    fileprivate var shown: JSONValue {
        switch self {
        case .inline(let value): value
        case .blob(let digest, _, let preview): .string("\(preview)... (\(digest.short))")
        }
    }
}
