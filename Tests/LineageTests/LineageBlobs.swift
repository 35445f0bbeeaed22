import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// Blobs in memory, and how often each was read.
final class LineageBlobs {
    private(set) var reads: [Digest: Int] = [:]
    private var blobs: [Digest: [UInt8]] = [:]
    private var saved = 0
    private var identities: [String: Digest] = [:]

    var source: LineageSource {
        LineageSource { digest in
            self.reads[digest, default: 0] += 1
            guard let bytes = self.blobs[digest] else {
                throw StemmaError.objectMissing(digest, in: "memory")
            }
            return bytes
        }
    }

    subscript(digest: Digest) -> [UInt8]? {
        get { blobs[digest] }
        set { blobs[digest] = newValue }
    }

    /// The lineage record of a record that was computed.
    func lineage(of record: Record) throws -> LineageRecord {
        guard let digest = record.lineage, let bytes = blobs[digest] else {
            throw StemmaError(.objectMissing, "no lineage")
        }
        return try LineageRecord(blob: bytes)
    }

    func put(_ bytes: [UInt8]) -> Digest {
        let digest = Digest.of(bytes)
        blobs[digest] = bytes
        return digest
    }

    static func digest(_ text: String) -> Digest { Digest.of(Array(text.utf8)) }

    /// Data that was not computed.
    func data(_ variable: String, _ keys: Keys = ["subject": 1]) -> Record {
        Record(
            variable: variable, keys: keys, content: Self.digest("\(variable) \(keys)"), format: .json,
            size: 1)
    }

    /// A record that was made by a function from others.
    func call(
        _ name: String, _ inputs: [Record], as variable: String = "", keys: Keys = ["subject": 1],
        constants: [LineageRecord.Constant] = []
    ) -> Record {
        let identity =
            identities[name]
            ?? put(
                FunctionRecord(
                    language: "swift", module: "Tools", name: name, version: "1", parameters: [], outputs: []
                ).blob)
        identities[name] = identity
        return save(
            .call(.init(name: name, language: "swift", identity: identity), invocation: Self.digest(name)),
            inputs, variable.isEmpty ? name : variable, keys, constants)
    }

    /// A record that was edited by hand.
    func edit(_ record: Record, reason: String) -> Record {
        save(.edit(reason: reason), [record], record.variable, record.keys, [])
    }

    private func save(
        _ origin: LineageRecord.Origin, _ inputs: [Record], _ variable: String, _ keys: Keys,
        _ constants: [LineageRecord.Constant]
    ) -> Record {
        saved += 1
        let content = Self.digest("payload \(saved)")
        let lineage = put(
            LineageRecord(
                origin: origin,
                inputs: inputs.enumerated().map { position, input in
                    // A record of no variable is an output that was never saved.
                    let isSaved = input.variable != "-"
                    return LineageRecord.Input(
                        name: "x\(position)", position: position, format: .json, content: input.content,
                        variable: isSaved ? input.variable : nil, keys: isSaved ? input.keys : nil,
                        lineage: input.lineage)
                },
                constants: constants, outputs: [.init(format: .json, digest: content, size: 1)]
            ).blob)
        return Record(
            variable: variable, keys: keys, content: content, format: .json, size: 1, lineage: lineage,
            output: 0)
    }
}
