import StemmaBlobs

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
