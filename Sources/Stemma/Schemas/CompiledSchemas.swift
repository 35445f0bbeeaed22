import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Synchronization

/// The schemas that this process has used, compiled once for each document.
final class CompiledSchemas: Sendable {
    private struct Key: Hashable {
        let document: Digest
        let assertsFormats: Bool
    }

    private let known = Mutex<[Key: JSONSchema]>([:])
    /// A program that uses more documents than this compiles some of them again.
    private static let limit = 256

    /// The schema that the bytes of a file are. Throws what parsing and compiling throw.
    func schema(_ bytes: [UInt8], assertsFormats: Bool) throws -> JSONSchema {
        let key = Key(document: Digest.of(bytes), assertsFormats: assertsFormats)
        if let schema = known.withLock({ $0[key] }) { return schema }
        let document = try bytes.withUnsafeBytes { try JSONParser.parse($0) }
        let schema = try JSONSchema(document, assertsFormats: assertsFormats)
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[key] = schema
        }
        return schema
    }
}
