import StemmaBlobs
import Synchronization

/// A payload that was just computed and that no record holds yet.
enum ComputedPayload: Sendable {
    case bytes([UInt8])
    /// One that may be larger than memory, compressed to a temporary file.
    case file(StagedBlob)

    var digest: Digest {
        switch self {
        case .bytes(let bytes): Digest.of(bytes)
        case .file(let blob): blob.digest
        }
    }

    var size: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let blob): blob.size
        }
    }

    /// The payload itself; `nil` for one in a file.
    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }
}

/// A blob that was written and has no place in the store yet. The file goes away with it, unless a transaction takes it.
final class StagedBlob: Sendable {
    let digest: Digest
    let size: Int
    private let writer: Mutex<BlobWriter?>

    /// Ends the writing of a blob.
    init(_ writer: sending BlobWriter) throws {
        (digest, size) = try writer.finish()
        self.writer = Mutex(writer)
    }

    /// The writer, for the one who puts it in its place; `nil` for whoever asks after that.
    func take() -> sending BlobWriter? {
        writer.withLock { writer in
            let taken = writer
            writer = nil
            return taken
        }
    }
}
