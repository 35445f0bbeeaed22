/// A pack that can be read, from a file or from memory.
///
/// The table is in memory, the frames are not. Not to be used by two threads at once.
package final class PackReader {
    /// What errors call the pack: the path of its file, or its file name when it comes from git.
    package var path: String { source.path }
    /// The digest the file is named by; nil when the file has another kind of name.
    package let name: Digest?

    let source: PackSource
    let footer: PackFooter
    /// All rows, once more than a few of them were asked for.
    private var table: PackTable?
    private var lookups = 0
    private var rowsRead = 0
    let decompressor: Decompressor
    private let frame = ByteBuffer()
    /// The content of the last shared frame, because neighbours are read together.
    private var last: (offset: UInt64, content: [UInt8])?

    /// Opens a pack and reads its table.
    ///
    /// - Throws: `.corrupt` when it is cut off or its table is wrong; `.fileNotFound` when it is not there.
    package convenience init(path: String, readingTable: Bool = true) throws {
        let file = try OpenFile(path)
        let size = UInt64(clamping: try file.status().size)
        let base = FileSystem.name(of: path)
        let name = base.hasSuffix(".zst") ? Digest(hex: base.dropLast(4)) : nil
        try self.init(.file(file, size: size), name: name)
        if readingTable { _ = try loadedTable() }
    }

    /// Reads a pack that is in memory.
    package convenience init(name: Digest, bytes: [UInt8]) throws {
        try self.init(.memory(bytes, path: "objects/packs/\(name).zst"), name: name)
        _ = try loadedTable()
    }

    private init(_ source: PackSource, name: Digest?) throws {
        self.source = source
        self.name = name
        footer = try PackFooter(source)
        decompressor = try Decompressor()
    }
}

// MARK: - The table

extension PackReader {
    /// After this many lookups all rows are read at once: a process that asks for one blob reads a few rows only.
    private static let fewLookups = 16

    private func loadedTable() throws -> PackTable {
        if let table { return table }
        let loaded = try PackTable(source, footer)
        table = loaded
        return loaded
    }

    /// All rows, sorted by digest. Throws `.corrupt`.
    package var entries: [PackEntry] {
        get throws { try loadedTable().entries }
    }

    /// All rows in the order of the file: read so, each frame is decompressed once. Throws `.corrupt`.
    package func entriesInFileOrder() throws -> [PackEntry] {
        try entries.sorted { ($0.frameOffset, $0.offset) < ($1.frameOffset, $1.offset) }
    }

    /// How many blobs the pack has.
    package var count: Int { footer.count }

    /// The size of the file in bytes.
    package var fileSize: UInt64 { source.size }

    /// One row of the table. Throws `.corrupt`, also for a row that is not there.
    package func entry(at row: Int) throws -> PackEntry {
        guard row >= 0, row < count else {
            throw StemmaError.corrupt(
                path, "its table has no such row", expected: "below \(count)", found: String(row))
        }
        if let table { return table.entries[row] }
        rowsRead += 1
        // Where the table as a whole cannot be read, single rows still may.
        if rowsRead == max(Self.fewLookups, count / 32), let table = try? loadedTable() {
            return table.entries[row]
        }
        return try PackTable.entry(row, source, footer)
    }

    /// The row of a blob; `nil` when the pack does not have it. Throws `.corrupt`.
    package func find(_ digest: Digest) throws -> PackEntry? {
        let index = try firstIndex(notBelow: digest)
        guard index < count else { return nil }
        let entry = try entry(at: index)
        return entry.digest == digest ? entry : nil
    }

    private func firstIndex(notBelow digest: Digest) throws -> Int {
        lookups += 1
        if lookups > Self.fewLookups { _ = try loadedTable() }
        // Digests are spread evenly, so that this one is near its share of the table. From there the steps double, so
        // that a table that is not spread costs no more than halving all of it.
        var low = Int(digest.word0.multipliedFullWidth(by: UInt64(count)).high)
        var high = low
        var step = max(4, count >> 10)
        while low > 0, try entry(at: low - 1).digest >= digest {
            high = low
            low = max(0, low - step)
            step *= 2
        }
        while high < count, try entry(at: high).digest < digest {
            low = high + 1
            high = min(count, high + step)
            step *= 2
        }
        while low < high {
            let middle = (low + high) / 2
            if try entry(at: middle).digest < digest { low = middle + 1 } else { high = middle }
        }
        return low
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
        guard let entry = try find(digest) else { throw StemmaError.objectMissing(digest, in: path) }
        return try read(entry, verify: verify)
    }

    /// The whole content of the frame that has a blob; at least up to the blob's end.
    func content(of entry: PackEntry) throws -> [UInt8] {
        if let last, last.offset == entry.frameOffset, entry.end <= last.content.count { return last.content }
        guard let end = entry.frameEnd, end <= footer.start else {
            throw StemmaError.corrupt(
                path, "the frame of blob \(entry.digest) is outside the file",
                expected: "an end up to \(footer.start)",
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
