import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// An argument of a batch that is another one for each combination of keys. Everything else is a constant.
public protocol BatchInput: Sendable {
    /// The argument at some keys. Throws `.notFound`, `.unknownVariable`, `.ambiguous` or `.fileNotFound` where there is
    /// none, or more than one: that combination is skipped.
    func argument(at keys: Keys, in store: Store) throws -> any Sendable
    /// The name of the variable whose records say which combinations there are; `nil` for none.
    var variable: String? { get }
}

extension Variable: BatchInput {
    /// The record at exactly these keys.
    public func argument(at keys: Keys, in store: Store) throws -> any Sendable {
        try store.load(
            store.workTree.record(ofMany: Address(variable: name, keys: keys)), as: Value.self)
    }

    /// Its records say which combinations there are.
    public var variable: String? { name }
}

/// A record of a batch's input that stands at other keys than the combination, such as a baseline, or that is one of
/// several variants.
public struct FixedInput<Value: Sendable>: BatchInput {
    private let input: Variable<Value>
    private let keys: Keys
    private let version: Version

    init(_ input: Variable<Value>, _ keys: Keys, _ version: Version) {
        (self.input, self.keys, self.version) = (input, keys, version)
    }

    /// The record at the combination's keys, with the fixed ones in their place, whose version has the fixed entries.
    public func argument(at keys: Keys, in store: Store) throws -> any Sendable {
        let address = Address(variable: input.name, keys: keys.merging(self.keys), version: version)
        return try store.load(store.workTree.record(ofMany: address), as: Value.self)
    }

    /// With keys of its own it is the same for many combinations, and says nothing of which there are.
    public var variable: String? { keys.isEmpty ? input.name : nil }
}

/// An input that stands at these keys whatever the combination has, `fixed(steps, at: ["session": "pre"])`, or whose
/// version has these entries: `fixed(filtered, version: ["low": 20])`.
public func fixed<Value>(
    _ input: Variable<Value>, at keys: Keys = [:], version: Version = [:]
) -> FixedInput<Value> {
    FixedInput(input, keys, version)
}

/// A file of each combination: `{subject}` in the path stands for the key's value.
///
/// The function is handed the path; path and digest of the file are part of the call.
public struct PathTemplate: BatchInput {
    private let template: String

    /// A path with `{KEY}` where a key's value belongs.
    public init(_ template: String) { self.template = template }

    /// The path at some keys. Throws `.fileNotFound` when there is no such file, and `.unknownKey` for a name that the
    /// combination does not have.
    public func argument(at keys: Keys, in store: Store) throws -> any Sendable {
        try FileArgument(path(at: keys))
    }

    /// It names no variable.
    public var variable: String? { nil }

    func path(at keys: Keys) throws -> String {
        var path = ""
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let name = String(rest[rest.index(after: open)..<close])
            guard let value = keys[name] else { throw StemmaError.unknownKey(name, declared: keys.names) }
            path += rest[..<open] + value.text
            rest = rest[rest.index(after: close)...]
        }
        return path + rest
    }
}
