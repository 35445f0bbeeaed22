import CGit2
import StemmaBlobs

/// A git pack that is being written: one file in place of hundreds of loose objects.
///
/// Version 2 of `gitformat-pack(5)`, whole objects only: `git gc` finds the deltas. Nothing of it is to be seen before
/// `finish`, and nothing is left of it without. To be used by one thread at a time.
package final class ObjectPack {
    /// An object that was added, as the index lists it.
    private struct Entry {
        let id: ObjectID
        let offset: UInt64
        let checksum: UInt32
    }

    private let directory: String
    private let count: Int
    private let file: HashedFile
    private var entries: [Entry] = []

    /// Begins a pack of exactly `count` objects in an `objects` directory.
    init(of count: Int, objects directory: String) throws {
        self.directory = "\(directory)/pack"
        self.count = count
        file = try HashedFile(in: self.directory, prefix: "tmp_pack_")
        var header = Array("PACK".utf8)
        for number in [2, UInt32(count)] { header.append(bigEndian: number) }
        try file.append(header)
    }

    /// Adds a blob, which must not have been added before.
    package func add(_ blob: PackedBlob) throws {
        entries.append(Entry(id: blob.id, offset: file.size, checksum: blob.checksum))
        try file.append(blob.bytes)
    }

    /// Puts the pack and its index in place.
    ///
    /// - Parameter synchronize: whether their content is on the device before they have names: an index beside a pack
    ///   that a power failure has emptied would be complained of by git for ever.
    package func finish(synchronize: Bool) throws {
        guard entries.count == count else {
            throw StemmaError.git("write a pack", "it has another number of objects", status: -1, class: 0)
        }
        let checksum = try file.finish(synchronize: synchronize)
        let index = try HashedFile(in: directory, prefix: "tmp_idx_")
        try index.append(Self.index(of: entries.sorted { $0.id < $1.id }, packed: checksum))
        _ = try index.finish(synchronize: synchronize)
        // The pack first: git looks for packs by their indexes.
        let name = "\(directory)/pack-\(checksum.hex)"
        try file.move(to: name + ".pack")
        try index.move(to: name + ".idx")
    }

    /// The index, version 2, but for its own checksum.
    private static func index(of entries: [Entry], packed checksum: ObjectID) -> [UInt8] {
        var bytes: [UInt8] = [0xFF, 0x74, 0x4F, 0x63, 0, 0, 0, 2]
        var next = 0
        for first in 0...255 as ClosedRange<UInt8> {
            while next < entries.count, entries[next].id.bytes[0] <= first { next += 1 }
            bytes.append(bigEndian: UInt32(next))
        }
        for entry in entries { bytes += entry.id.bytes }
        for entry in entries { bytes.append(bigEndian: entry.checksum) }
        var far: [UInt64] = []
        for entry in entries {
            if entry.offset < 1 << 31 {
                bytes.append(bigEndian: UInt32(entry.offset))
            } else {
                bytes.append(bigEndian: UInt32(1 << 31 | far.count))
                far.append(entry.offset)
            }
        }
        for offset in far { bytes.append(bigEndian: offset) }
        return bytes + checksum.bytes
    }
}

/// A blob as it stands in a pack.
package struct PackedBlob: Sendable {
    package let id: ObjectID
    /// Kind and size, then the deflated content.
    let bytes: [UInt8]
    /// CRC-32 of `bytes`.
    let checksum: UInt32

    /// Deflates a blob.
    init(_ content: UnsafeRawBufferPointer, deflater: ZStream) throws {
        id = try ObjectDatabase.id(of: content, .blob)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count / 4 + 64)
        // Four bits of the size stand beside the kind, the rest in groups of seven.
        var rest = content.count >> 4
        bytes.append(UInt8(GIT_OBJECT_BLOB.rawValue) << 4 | UInt8(content.count & 15) | (rest > 0 ? 0x80 : 0))
        while rest > 0 {
            bytes.append(UInt8(rest & 0x7F) | (rest >> 7 > 0 ? 0x80 : 0))
            rest >>= 7
        }
        try deflater.compress(content, appendingTo: &bytes)
        checksum = bytes.withUnsafeBytes { bytes in
            UInt32(crc32_z(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
        }
        self.bytes = bytes
    }
}

/// A file that ends in the SHA-1 of all that it holds before.
private final class HashedFile {
    private let file: OpenFile
    private let hash: ObjectHash
    private(set) var size: UInt64 = 0
    private var isInPlace = false

    /// - Parameter prefix: as git calls its own, so that `git gc` removes what a kill leaves.
    init(in directory: String, prefix: String) throws {
        file = try FileSystem.createTemporary(in: directory, permissions: 0o444, prefix: prefix)
        hash = try ObjectHash()
    }

    deinit {
        if !isInPlace { _ = try? FileSystem.remove(file.path) }
    }

    func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try hash.update($0) }
        try file.write(bytes)
        size += UInt64(bytes.count)
    }

    /// Writes the checksum, and gives it.
    func finish(synchronize: Bool) throws -> ObjectID {
        let checksum = try hash.finish()
        try file.write(checksum.bytes)
        if synchronize { try file.synchronize() }
        try file.close()
        return checksum
    }

    func move(to path: String) throws {
        try FileSystem.rename(file.path, to: path)
        isInPlace = true
    }
}

extension [UInt8] {
    fileprivate mutating func append<Word: FixedWidthInteger>(bigEndian word: Word) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }
}
