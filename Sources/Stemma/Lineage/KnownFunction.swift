import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// One identity of a function, as the calls that this clone knows have it.
public struct KnownFunction: Hashable, Sendable {
    /// Something that the identity is made of.
    public struct Part: Hashable, Sendable {
        /// `file`, `command`, `function`, ...
        public let kind: String
        /// The name of the file or declaration; of a command its words.
        public let name: String
        /// The digest of what is in it.
        public let digest: Digest
    }

    /// The digest that the function is known by.
    public let identity: Digest
    /// The name of the function.
    public let name: String
    /// `swift`, or `program` for one that `run` runs.
    public let language: String
    /// The module of a Swift function; otherwise empty.
    public let module: String
    /// What the programmer stated; `nil` where the identity is derived.
    public let version: String?
    /// What a derived identity is made of.
    public let parts: [Part]
    /// How many calls are recorded.
    public internal(set) var calls = 0
    /// How many of them are forgotten.
    public internal(set) var forgotten = 0

    /// - Parameter name: that the function has now.
    init(_ identity: Digest, _ record: FunctionRecord, name: String) {
        self.identity = identity
        (self.name, language, module) = (name, record.language, record.module)
        version = record.version
        parts = record.parts.map { Part(kind: $0.kind, name: $0.name, digest: $0.digest) }
    }
}

extension Store {
    /// Every identity of the functions of a name that recorded calls of this clone have, those with most calls first.
    ///
    /// Whoever goes back to the code of one of them finds its results again. Throws `.notFound` when there is no call.
    public func identities(ofFunction name: String) throws -> [KnownFunction] {
        let (name, dropped) = try state.withLock {
            _ = try searchHistory()
            return (try currentNames().current(.function, name), try forgotten())
        }
        var found: [Digest: KnownFunction] = [:]
        try forEachCall { digest, record in
            guard let function = record.function, function.name == name else { return }
            var known = try found[function.identity] ?? knownFunction(function)
            known.calls += 1
            if dropped.contains(ForgottenCall(digest)) { known.forgotten += 1 }
            found[function.identity] = known
        }
        guard !found.isEmpty else { throw StemmaError.unknownFunction(name) }
        return found.values.sorted { ($0.calls, $1.identity) > ($1.calls, $0.identity) }
    }

    /// A function whose record cannot be read still has a name and an identity.
    private func knownFunction(_ function: LineageRecord.Function) throws -> KnownFunction {
        let record =
            try functionRecord(function.identity)
            ?? FunctionRecord(
                language: function.language, module: "", name: function.name, basis: .derived([]),
                parameters: [],
                outputs: [])
        return KnownFunction(function.identity, record, name: function.name)
    }
}

extension StemmaError {
    fileprivate static func unknownFunction(_ name: String) -> StemmaError {
        StemmaError(
            .notFound, "no call of a function '\(printable(name))' is recorded in this clone",
            hint: "`Store.lineage` names the function that made a record", fields: ["function": name])
    }
}
