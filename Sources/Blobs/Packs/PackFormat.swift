/// The constants of the pack format, each with its reason; `Docs/Format.md` is the specification.
///
/// A pack is zstd frames one after another, then one skippable frame:
///
///     magic u32 | content length u32 | rows | file offset of this skippable frame u64 | "STMPACK1"
///
/// All numbers are little-endian. A row has 56 bytes, rows are sorted by digest, and no digest comes twice:
///
///     digest 32 | frame offset u64 | frame length u32 | offset in the frame's content u32 | size u32 | kind u32
package enum PackFormat {
    /// One of the sixteen magic numbers that zstd decoders skip, so `zstd -dc` of a pack prints its blobs.
    static let tableMagic: UInt32 = 0x184D_2A50

    /// Magic and length of the skippable frame (RFC 8878, 3.1.2).
    static let tableHeaderSize = 8

    /// One row of the table. The kind is part of it, so that an index is rebuilt without any payload being
    /// decompressed to find the lineage records.
    static let rowSize = 56

    /// The end of the file: where the table is, and proof that the file was written to its end.
    static let trailerSize = 16

    /// The last eight bytes of every pack; the digit is the version of the table's layout.
    static let trailerMagic: [UInt8] = Array("STMPACK1".utf8)

    /// Small blobs of one kind share a frame until its content would be larger. Measured on 1 KiB records:
    /// ratio 2.1 and 15 us a random read, against 1.2 and 2 us alone, and 2.2 and 36 us at 64 KiB. Also the
    /// bound on what a reader decompresses for a blob beyond the blob itself.
    package static let sharedFrameContent = 16 << 10

    /// Larger blobs stay loose: a reader takes a packed blob into memory whole, and a pack of few large blobs
    /// has no advantage over files.
    package static let largestBlob = 16 << 20

    /// A pack is closed before its file would be larger: well below the 100 MiB at which git hosts refuse a file.
    package static let largestFile = 64 << 20
}

/// What a blob is for, as the table of a pack says it.
package enum BlobKind: UInt32, CaseIterable, Sendable {
    /// The bytes of a result.
    case payload = 0
    /// A lineage record.
    case lineage = 1
    /// A function record, the parts of a function's identity.
    case function = 2
    /// The list of the chunks of a large payload.
    case chunks = 3
}
