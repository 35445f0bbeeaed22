/// Where a blob is in a pack.
package struct PackEntry: Hashable, Sendable {
    package let digest: Digest
    /// Where the blob's frame starts in the file.
    package let frameOffset: UInt64
    package let frameLength: UInt32
    /// Where the blob starts in the content of its frame.
    package let offset: UInt32
    package let size: UInt32
    package let kind: BlobKind

    package init(
        digest: Digest, frameOffset: UInt64, frameLength: UInt32, offset: UInt32, size: UInt32, kind: BlobKind
    ) {
        self.digest = digest
        self.frameOffset = frameOffset
        self.frameLength = frameLength
        self.offset = offset
        self.size = size
        self.kind = kind
    }

    /// Where the blob's frame ends; nil beyond what a file can have.
    var frameEnd: UInt64? {
        let (end, overflow) = frameOffset.addingReportingOverflow(UInt64(frameLength))
        return overflow ? nil : end
    }

    /// Where the blob ends in the content of its frame.
    var end: UInt64 { UInt64(offset) + UInt64(size) }

    /// Whether a frame with this much content can be the blob's: it ends behind the blob, and is not larger
    /// than frames are that blobs share.
    func fits(frameContent: UInt64) -> Bool {
        frameContent == end && offset == 0
            || frameContent >= end && frameContent <= PackFormat.sharedFrameContent
    }
}

// MARK: - As a row of the table

extension PackEntry {
    /// Reads a row of 56 bytes.
    ///
    /// - Throws: `.corrupt` when its kind is unknown.
    init(row: UnsafeRawPointer, path: String) throws {
        func word<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> Word {
            Word(littleEndian: row.loadUnaligned(fromByteOffset: offset, as: type))
        }
        let kind = word(52, UInt32.self)
        guard let known = BlobKind(rawValue: kind) else {
            throw StemmaError.corrupt(
                path, "unknown kind of blob in the table", expected: "0 to 3", found: String(kind))
        }
        self.init(
            digest: Digest(loading: row), frameOffset: word(32, UInt64.self),
            frameLength: word(40, UInt32.self),
            offset: word(44, UInt32.self), size: word(48, UInt32.self), kind: known)
    }

    /// Writes the row to 56 bytes.
    func write(to row: UnsafeMutableRawPointer) {
        digest.withBytes {
            row.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(row), byteCount: $0.count)
        }
        row.storeBytes(of: frameOffset.littleEndian, toByteOffset: 32, as: UInt64.self)
        row.storeBytes(of: frameLength.littleEndian, toByteOffset: 40, as: UInt32.self)
        row.storeBytes(of: offset.littleEndian, toByteOffset: 44, as: UInt32.self)
        row.storeBytes(of: size.littleEndian, toByteOffset: 48, as: UInt32.self)
        row.storeBytes(of: kind.rawValue.littleEndian, toByteOffset: 52, as: UInt32.self)
    }
}
