import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// One identity of a function, as the calls that this clone knows have it.
public struct FunctionVersion: Hashable, Sendable {
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

    /// Throws `.invalidLineage` for a blob that is no function record.
    init(_ identity: Digest, blob: [UInt8]) throws {
        let record = try blob.withUnsafeBytes { try JSONParser.parse($0) }
        guard record["kind"]?.asString == "function", let name = record["name"]?.asString else {
            throw StemmaError.invalidLineage("\(identity) is no function record")
        }
        self.identity = identity
        self.name = name
        language = record["language"]?.asString ?? ""
        module = record["module"]?.asString ?? ""
        version = record["version"]?.asString
        guard case .array(let parts)? = record["parts"] else {
            self.parts = []
            return
        }
        self.parts = parts.compactMap { part in
            guard let kind = part["kind"]?.asString, let name = part["name"]?.asString,
                let digest = part["digest"]?.asString.flatMap({ Digest(hex: $0) })
            else { return nil }
            return Part(kind: kind, name: name, digest: digest)
        }
    }
}

extension Store {
    /// Every identity of the functions of a name that recorded calls of this clone have, those with most calls first.
    ///
    /// Whoever goes back to the code of one of them finds its results again.
    public func versions(ofFunction name: String) throws -> [FunctionVersion] {
        try state.withLock {
            _ = try searchHistory()
            let forgotten = try forgotten()
            var found: [Digest: FunctionVersion] = [:]
            try forEachCall { digest, record in
                guard let function = record.function, function.name == name else { return }
                var version = try found[function.identity] ?? functionVersion(function.identity)
                version.calls += 1
                if forgotten.contains(digest) { version.forgotten += 1 }
                found[function.identity] = version
            }
            return found.values.sorted { ($0.calls, $1.identity) > ($1.calls, $0.identity) }
        }
    }

    /// The parts in which two identities differ, as `file filter.py`. None where that is not known.
    func changedParts(of old: Digest, _ new: Digest) throws -> [String] {
        do {
            return try Self.changes(functionVersion(old), functionVersion(new))
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return []
        }
    }

    /// The same for a function whose record may not be stored yet.
    func changedParts(of old: Digest, _ new: FunctionRecord) throws -> [String] {
        do {
            let blob = new.blob
            return try Self.changes(functionVersion(old), FunctionVersion(Digest.of(blob), blob: blob))
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return []
        }
    }

    private func functionVersion(_ identity: Digest) throws -> FunctionVersion {
        try FunctionVersion(identity, blob: metadata(identity))
    }

    private static func changes(_ old: FunctionVersion, _ new: FunctionVersion) -> [String] {
        if let from = old.version, let to = new.version, from != to { return ["version \(from) -> \(to)"] }
        let (before, after) = (Set(old.parts), Set(new.parts))
        var seen: Set<String> = []
        // A command is its own name: it is said once that it changed.
        return (new.parts.filter { !before.contains($0) } + old.parts.filter { !after.contains($0) })
            .map { $0.kind == "command" ? "the command" : "\($0.kind) \($0.name)" }
            .filter { seen.insert($0).inserted }
    }
}
