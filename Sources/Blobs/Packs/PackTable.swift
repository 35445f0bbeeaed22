/// Where the table of a pack is, as the end of the file says.
struct PackFooter {
    /// The offset of the skippable frame, where the frames of blobs end.
    let start: UInt64
    /// The number of rows.
    let count: Int

    /// Reads the trailer and the head of the table. Throws `.corrupt` when they do not fit the file.
    init(_ source: PackSource) throws {
        let path = source.path
        let size = source.size
        let overhead = UInt64(PackFormat.tableHeaderSize + PackFormat.trailerSize)
        guard size >= overhead else {
            throw StemmaError.corrupt(
                path, "too short for a pack", expected: "at least \(overhead) bytes", found: String(size))
        }
        let trailer = try source.read(
            at: size - UInt64(PackFormat.trailerSize), count: PackFormat.trailerSize)
        guard trailer[8...].elementsEqual(PackFormat.trailerMagic) else {
            throw StemmaError.corrupt(path, "it does not end as a pack does, so it is cut off or no pack")
        }
        let start = trailer.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard start <= size - overhead else {
            throw StemmaError.corrupt(
                path, "its table is outside the file", expected: "at most \(size - overhead)",
                found: String(start))
        }
        let rows = size - overhead - start
        let header = try source.read(at: start, count: PackFormat.tableHeaderSize)
        let (magic, length) = header.withUnsafeBytes {
            (
                UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)),
                UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            )
        }
        guard magic == PackFormat.tableMagic, UInt64(length) == rows + UInt64(PackFormat.trailerSize) else {
            throw StemmaError.corrupt(
                path, "the head of its table is wrong",
                expected: "\(PackFormat.tableMagic) and \(rows + UInt64(PackFormat.trailerSize))",
                found: "\(magic) and \(length)")
        }
        guard rows % UInt64(PackFormat.rowSize) == 0 else {
            throw StemmaError.corrupt(
                path, "its table has no whole number of rows",
                expected: "a multiple of \(PackFormat.rowSize)",
                found: String(rows))
        }
        self.start = start
        count = Int(rows / UInt64(PackFormat.rowSize))
    }

    /// The offset of a row.
    func offset(ofRow row: Int) -> UInt64 {
        start + UInt64(PackFormat.tableHeaderSize + row * PackFormat.rowSize)
    }
}

/// The table at the end of a pack, checked and in memory.
struct PackTable {
    /// Sorted by digest, each digest once.
    let entries: [PackEntry]
}

// MARK: - Reading

extension PackTable {
    /// Reads and checks all rows. Throws `.corrupt` for rows that are not sorted or do not fit the file.
    init(_ source: PackSource, _ footer: PackFooter) throws {
        let bytes = try source.read(at: footer.offset(ofRow: 0), count: footer.count * PackFormat.rowSize)
        entries = try Self.entries(bytes, start: footer.start, path: source.path)
    }

    /// Reads and checks one row.
    static func entry(_ row: Int, _ source: PackSource, _ footer: PackFooter) throws -> PackEntry {
        let bytes = try source.read(at: footer.offset(ofRow: row), count: PackFormat.rowSize)
        return try bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else {
                throw StemmaError.corrupt(source.path, "its table has no such row", found: String(row))
            }
            let entry = try PackEntry(row: base, path: source.path)
            try check(entry, start: footer.start, path: source.path)
            return entry
        }
    }

    private static func entries(_ bytes: [UInt8], start: UInt64, path: String) throws -> [PackEntry] {
        try bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return [] }
            var entries: [PackEntry] = []
            entries.reserveCapacity(bytes.count / PackFormat.rowSize)
            var previous: Digest?
            for offset in stride(from: 0, to: bytes.count, by: PackFormat.rowSize) {
                let entry = try PackEntry(row: base + offset, path: path)
                if let previous, entry.digest <= previous {
                    throw StemmaError.corrupt(
                        path, "its table is not sorted", expected: "a digest above \(previous)",
                        found: entry.digest.hex)
                }
                previous = entry.digest
                try check(entry, start: start, path: path)
                entries.append(entry)
            }
            return entries
        }
    }

    static func check(_ entry: PackEntry, start: UInt64, path: String) throws {
        guard entry.frameLength > 0, let end = entry.frameEnd, end <= start else {
            throw StemmaError.corrupt(
                path, "the frame of blob \(entry.digest) is outside the file",
                expected: "an end up to \(start)",
                found: "\(entry.frameLength) bytes at \(entry.frameOffset)")
        }
        let limit = entry.offset == 0 ? PackFormat.largestBlob : PackFormat.sharedFrameContent
        guard entry.end <= limit else {
            throw StemmaError.corrupt(
                path, "the size of blob \(entry.digest) is above the limit of a pack",
                expected: "an end up to \(limit)", found: "\(entry.size) bytes at \(entry.offset)")
        }
    }
}

// MARK: - Writing

extension PackTable {
    /// The skippable frame that ends a pack whose frames end at `start`.
    ///
    /// - Parameter entries: sorted by digest, without duplicates.
    static func append(_ entries: [PackEntry], start: UInt64, to buffer: ByteBuffer) {
        let rows = entries.count * PackFormat.rowSize
        let content = rows + PackFormat.trailerSize
        buffer.append(upTo: PackFormat.tableHeaderSize + content) { storage in
            storage.storeBytes(of: PackFormat.tableMagic.littleEndian, as: UInt32.self)
            storage.storeBytes(of: UInt32(clamping: content).littleEndian, toByteOffset: 4, as: UInt32.self)
            var position = PackFormat.tableHeaderSize
            if let base = storage.baseAddress {
                for entry in entries {
                    entry.write(to: base + position)
                    position += PackFormat.rowSize
                }
            }
            storage.storeBytes(of: start.littleEndian, toByteOffset: position, as: UInt64.self)
            for (index, byte) in PackFormat.trailerMagic.enumerated() { storage[position + 8 + index] = byte }
            return PackFormat.tableHeaderSize + content
        }
    }
}
