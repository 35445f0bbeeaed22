import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension Cause {
    /// What something was, before or after a change.
    public enum Value: Hashable, Sendable {
        /// A constant, or data that stand in their record.
        case value(JSONValue)
        /// A constant that is too long to stand in lineage, by its digest and its beginning.
        case long(digest: Digest, format: PayloadFormat, preview: String)
        /// Data, by the digest of their payload.
        case payload(Digest)
        /// Where an input was taken from: its variable, and what of its keys and version the cause is about.
        case record(Address)
        /// An input that was never saved.
        case unsaved
        /// The keys that a function was told.
        case keys(Keys)
        /// A function, by its name.
        case name(String)
        /// A function, by the version that was stated for it.
        case version(String)
        /// A function, by its identity.
        case identity(Digest)
        /// A schema, by its version.
        case schema(String)
        /// Entries of versions.
        case entries(Version)
        /// Why something was edited by hand.
        case reason(String)

        /// The same as JSON, in the form that `stemma diff --json` prints.
        public var json: JSONValue {
            switch self {
            case .value(let value): value
            case .long(let digest, let format, let preview):
                [
                    "digest": .string(digest.hex), "format": .string(format.rawValue),
                    "preview": .string(preview),
                ]
            case .payload(let digest), .identity(let digest): .string(digest.hex)
            case .record(let address):
                [
                    "variable": .string(address.variable), "keys": address.keys.json,
                    "version": address.version.json,
                ]
            case .unsaved: ["unsaved": true]
            case .keys(let keys): keys.json
            case .name(let text), .version(let text), .schema(let text), .reason(let text): .string(text)
            case .entries(let version): version.json
            }
        }
    }
}

extension Cause.Value {
    init(_ constant: LineageRecord.Constant.Value) {
        switch constant {
        case .inline(let value): self = .value(value)
        case .blob(let digest, let format, let preview):
            self = .long(digest: digest, format: format, preview: preview)
        }
    }

    /// What was handed to a parameter before and after, without what is another for each record: a step that reads
    /// another variable is one cause, however many records it made.
    static func pair(
        _ before: LineageComparison.Handed?, _ after: LineageComparison.Handed?
    ) -> (from: Self?, to: Self?) {
        if case .input(let old)? = before, case .input(let new)? = after, let from = old.address,
            let to = new.address, from.variable == to.variable
        {
            return (.record(from.differing(from: to)), .record(to.differing(from: from)))
        }
        return (before.map(Self.init(handed:)), after.map(Self.init(handed:)))
    }

    private init(handed: LineageComparison.Handed) {
        switch handed {
        case .constant(let constant): self.init(constant)
        case .input(let input):
            self = input.variable.map { .record(Address(variable: $0, keys: [:])) } ?? .unsaved
        }
    }
}

extension Address {
    /// The address without what it has in common with another one.
    fileprivate func differing(from other: Address) -> Address {
        func rest(_ own: NamedValues, _ other: NamedValues) -> NamedValues {
            NamedValues(own.entries.filter { other[$0.name] != $0.value }.map { ($0.name, $0.value) })
        }
        return Address(
            variable: variable, keys: rest(keys, other.keys), version: rest(version, other.version))
    }
}
