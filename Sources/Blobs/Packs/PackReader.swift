/// A pack that can be read, from a file or from memory.
///
/// The table is in memory, the frames are not. Not to be used by two threads at once.
package final class PackReader {
    /// What errors call the pack: the path of its file, or its file name when it comes from git.
    package var path: String { source.path }
    /// The digest the file is named by; nil when the file has another kind of name.
    package let name: Digest?

    let source: PackSource
    let table: PackTable
    let decompressor: Decompressor
    private let frame = ByteBuffer()
    /// The content of the last shared frame, because neighbours are read together.
    private var last: (offset: UInt64, content: [UInt8])?

    /// Opens a pack and reads its table.
    ///
    /// - Throws: `.corrupt` when it is cut off or its table is wrong; `.fileNotFound` when it is not there.
    package convenience init(path: String) throws {
        let file = try OpenFile(path)
        let size = UInt64(clamping: try file.status().size)
        let base = FileSystem.name(of: path)
        let name = base.hasSuffix(".zst") ? Digest(hex: base.dropLast(4)) : nil
        try self.init(.file(file, size: size), name: name)
    }

    /// Reads a pack that is in memory.
    package convenience init(name: Digest, bytes: [UInt8]) throws {
        try self.init(.memory(bytes, path: "objects/packs/\(name).zst"), name: name)
    }

    private init(_ source: PackSource, name: Digest?) throws {
        self.source = source
        self.name = name
        table = try PackTable(source)
        decompressor = try Decompressor()
    }
}

// MARK: - The table

extension PackReader {
    /// All entries, sorted by digest.
    package var entries: [PackEntry] { table.entries }

    /// The number of blobs.
    package var count: Int { table.entries.count }

    /// The size of the file in bytes.
    package var fileSize: UInt64 { source.size }

    /// Where a blob is; nil when the pack does not have it.
    package func find(_ digest: Digest) -> PackEntry? { table.find(digest) }

    /// The entries whose digests are in `range`.
    package func entries(in range: ClosedRange<Digest>) -> ArraySlice<PackEntry> {
        let first = table.firstIndex(notBelow: range.lowerBound)
        return table.entries[first...].prefix { $0.digest <= range.upperBound }
    }
}

// MARK: - Reading

extension PackReader {
    /// The bytes of a blob.
    ///
    /// - Parameters:
    ///   - entry: from this pack, or from an index of it that may be wrong.
    ///   - verify: whether the digest of the bytes is checked.
    /// - Throws: `.corrupt` when the frame is damaged or is not what the entry says.
    package func read(_ entry: PackEntry, verify: Bool = true) throws -> [UInt8] {
        let content = try content(of: entry)
        let bytes: [UInt8]
        if entry.offset == 0, content.count == Int(entry.size) {
            bytes = content
        } else {
            bytes = Array(content[Int(entry.offset)..<Int(entry.end)])
        }
        if verify {
            let found = Digest.of(bytes)
            if found != entry.digest {
                throw StemmaError.wrongDigest(path, expected: entry.digest, found: found)
            }
        }
        return bytes
    }

    /// The bytes of a blob by its digest.
    ///
    /// - Throws: `.objectMissing` when the pack does not have it; `.corrupt`.
    package func read(_ digest: Digest, verify: Bool = true) throws -> [UInt8] {
        guard let entry = find(digest) else { throw StemmaError.objectMissing(digest, in: path) }
        return try read(entry, verify: verify)
    }

    /// The whole content of the frame that has a blob; at least up to the blob's end.
    func content(of entry: PackEntry) throws -> [UInt8] {
        if let last, last.offset == entry.frameOffset, entry.end <= last.content.count { return last.content }
        guard let end = entry.frameEnd, end <= table.start else {
            throw StemmaError.corrupt(
                path, "the frame of blob \(entry.digest) is outside the file",
                expected: "an end up to \(table.start)",
                found: "\(entry.frameLength) bytes at \(entry.frameOffset)")
        }
        frame.removeAll()
        try frame.append(upTo: Int(entry.frameLength)) { storage in
            let part = UnsafeMutableRawBufferPointer(rebasing: storage.prefix(Int(entry.frameLength)))
            try source.read(at: entry.frameOffset, filling: part)
            return part.count
        }
        let content = try decompressor.content(of: frame.bytes, for: entry, path: path)
        if content.count <= PackFormat.sharedFrameContent { last = (entry.frameOffset, content) }
        return content
    }
}

extension Decompressor {
    /// The content of the frame that a pack's table says has a blob, if its size is one that such a frame has.
    func content(of frame: UnsafeRawBufferPointer, for entry: PackEntry, path: String) throws -> [UInt8] {
        let stated = try ZstdFrame.contentSize(frame, available: UInt64(frame.count), path: path)
        guard entry.fits(frameContent: stated) else {
            throw StemmaError.corrupt(
                path, "the frame of blob \(entry.digest) has another size than the table says",
                expected: String(entry.end), found: String(stated))
        }
        return try decompress(frame, expectedSize: Int(stated), path: path)
    }
}
