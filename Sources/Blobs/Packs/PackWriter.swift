/// A pack that is in its place.
package struct FinishedPack: Hashable, Sendable {
    /// The digest of the file.
    package let name: Digest
    package let path: String
    /// The number of blobs.
    package let entries: Int
    package let fileSize: UInt64
    /// Whether a file of that name stood there: it was damaged, or nobody knew of it.
    package let replaces: Bool
}

/// Collects blobs in packs, of which nothing is to be seen in the store before `finish`.
///
/// Memory grows by about 75 bytes a blob and by nothing else. A second thread compresses when there is much.
/// Not to be used by two threads at once.
package final class PackWriter {
    /// A blob that was added. Until its frame is written, `frameLength` is 0.
    private struct Row {
        var entry: PackEntry
        var pack: UInt32
    }

    /// A frame that small blobs of one kind are still added to.
    private struct OpenFrame {
        var content = ByteBuffer(capacity: PackFormat.sharedFrameContent)
        var rows: [UInt32] = []
    }

    /// Frames that are compressed by the caller's thread before another one is started for them: most
    /// transactions are smaller.
    private static let framesBeforeThread = 8
    /// Batches of frames that wait for that thread at most, which bounds the memory.
    private static let batchesInFlight = 3
    /// A larger frame is compressed where it is, because copying it would take memory.
    private static let largestCopy = 1 << 20

    private let temporaryDirectory: String
    private let level: Int
    private let compressor: Compressor
    private let compressed = ByteBuffer()
    private var thread: FrameThread?
    private var frameCount = 0
    private var spare: [FrameJob] = []
    private lazy var decompressor = Result { try Decompressor() }

    private var rows: [Row] = []
    private var index = DigestIndex()
    private var frames = BlobKind.allCases.map { _ in OpenFrame() }
    private var packs: [PackFile] = []
    private var sealed: [(name: Digest, entries: Int)] = []
    private var rowsOfPack: [UInt32] = []

    /// Makes a writer; a file is made when there is something to write.
    ///
    /// - Parameter temporaryDirectory: on the file system of the packs; made when it is not there.
    package init(temporaryDirectory: String, level: Int = Compressor.defaultLevel) throws {
        self.temporaryDirectory = temporaryDirectory
        self.level = level
        compressor = try Compressor(level: level)
    }

    deinit {
        for pack in packs { pack.discard() }
    }

    /// The number of blobs that were added.
    package var count: Int { rows.count }
}

// MARK: - Adding

extension PackWriter {
    /// Adds a blob.
    ///
    /// - Parameter digest: of `bytes`; the caller has it already, so it is not computed again.
    /// - Returns: false when the blob was added before.
    /// - Throws: `.tooLarge` above 16 MiB; `.diskFull`, `.permissionDenied` or `.system`, after which the writer
    ///   can only be aborted.
    @discardableResult
    package func add(_ digest: Digest, _ bytes: UnsafeRawBufferPointer, kind: BlobKind) throws -> Bool {
        guard bytes.count <= PackFormat.largestBlob else {
            throw StemmaError.tooLargeForPack(digest, size: bytes.count)
        }
        if contains(digest) { return false }
        let row = UInt32(rows.count)
        let slot = Int(kind.rawValue)
        let isAlone = bytes.count > PackFormat.sharedFrameContent
        if !isAlone, frames[slot].content.count + bytes.count > PackFormat.sharedFrameContent {
            try closeFrame(of: kind)
        }
        let offset = isAlone ? 0 : UInt32(frames[slot].content.count)
        let entry = PackEntry(
            digest: digest, frameOffset: 0, frameLength: 0, offset: offset, size: UInt32(bytes.count),
            kind: kind)
        rows.append(Row(entry: entry, pack: 0))
        index.add(digest) { rows[$0].entry.digest }
        if isAlone {
            try addFrame(bytes, row: row)
        } else {
            frames[slot].content.append(bytes)
            frames[slot].rows.append(row)
        }
        return true
    }

    /// Adds a blob.
    @discardableResult
    package func add(_ digest: Digest, _ bytes: [UInt8], kind: BlobKind) throws -> Bool {
        try bytes.withUnsafeBytes { try add(digest, $0, kind: kind) }
    }

    private func closeFrame(of kind: BlobKind) throws {
        let slot = Int(kind.rawValue)
        let frame = frames[slot]
        if frame.rows.isEmpty { return }
        frameCount += 1
        if frameCount <= Self.framesBeforeThread {
            try compress(frame.content.bytes, rows: frame.rows)
            frame.content.removeAll()
        } else {
            // The thread has the memory now; the next frame is collected in what it has given back.
            let empty = spare.popLast()
            frames[slot].content = empty?.content ?? ByteBuffer(capacity: PackFormat.sharedFrameContent)
            try give(
                FrameJob(
                    content: frame.content, rows: frame.rows, compressed: empty?.compressed ?? ByteBuffer()))
        }
        frames[slot].rows.removeAll(keepingCapacity: true)
    }

    /// Makes a frame of a blob that is too large to share one.
    private func addFrame(_ content: UnsafeRawBufferPointer, row: UInt32) throws {
        frameCount += 1
        if frameCount <= Self.framesBeforeThread || content.count > Self.largestCopy {
            return try compress(content, rows: [row])
        }
        let copy = ByteBuffer(capacity: content.count)
        copy.append(content)
        try give(FrameJob(content: copy, rows: [row], compressed: ByteBuffer()))
    }

    private func compress(_ content: UnsafeRawBufferPointer, rows added: [UInt32]) throws {
        try settle()
        compressed.removeAll()
        try compressor.compress(content, appendingTo: compressed)
        try write(compressed, rows: added)
    }

    private func give(_ job: FrameJob) throws {
        // A system that has no more threads has slower transactions.
        guard let thread = thread ?? (try? FrameThread(level: level)) else {
            try compressor.compress(job.content.bytes, appendingTo: job.compressed)
            return try write(job)
        }
        self.thread = thread
        thread.give(job)
        while let done = try thread.take(waits: thread.batches > Self.batchesInFlight) {
            for job in done { try write(job) }
        }
    }

    /// Waits for the frames that the thread has.
    private func settle() throws {
        thread?.giveCollected()
        while let done = try thread?.take(waits: true) {
            for job in done { try write(job) }
        }
    }

    private func write(_ job: FrameJob) throws {
        try write(job.compressed, rows: job.rows)
        job.content.removeAll()
        job.compressed.removeAll()
        // Only memory of the usual size is worth keeping.
        if job.content.capacity <= PackFormat.sharedFrameContent { spare.append(job) }
    }

    private func write(_ compressed: ByteBuffer, rows added: [UInt32]) throws {
        let pack = try pack(withRoomFor: compressed.count, rows: added.count)
        let offset = try pack.append(compressed.bytes)
        for row in added {
            let entry = rows[Int(row)].entry
            rows[Int(row)] = Row(
                entry: PackEntry(
                    digest: entry.digest, frameOffset: offset, frameLength: UInt32(compressed.count),
                    offset: entry.offset, size: entry.size, kind: entry.kind),
                pack: UInt32(packs.count - 1))
        }
        rowsOfPack += added
    }

    private func pack(withRoomFor frame: Int, rows added: Int) throws -> PackFile {
        if let pack = packs.last, !pack.isSealed {
            let table =
                (rowsOfPack.count + added) * PackFormat.rowSize + PackFormat.tableHeaderSize
                + PackFormat.trailerSize
            if pack.size + UInt64(frame + table) <= UInt64(PackFormat.largestFile) { return pack }
            try seal(pack)
        }
        let pack = try PackFile(in: temporaryDirectory)
        packs.append(pack)
        return pack
    }

    private func seal(_ pack: PackFile) throws {
        let entries = rowsOfPack.map { rows[Int($0)].entry }.sorted { $0.digest < $1.digest }
        sealed.append((try pack.seal(entries), entries.count))
        rowsOfPack.removeAll()
    }
}

// MARK: - Reading what is not finished

extension PackWriter {
    /// Whether the blob was added.
    package func contains(_ digest: Digest) -> Bool { row(of: digest) != nil }

    /// The size and kind of a blob that was added; nil when it was not.
    package func find(_ digest: Digest) -> (size: Int, kind: BlobKind)? {
        row(of: digest).map { (Int(rows[$0].entry.size), rows[$0].entry.kind) }
    }

    /// The bytes of a blob that was added; nil when it was not.
    ///
    /// - Throws: `.corrupt` or `.system` when the temporary file cannot be read back.
    package func read(_ digest: Digest) throws -> [UInt8]? {
        guard let row = row(of: digest) else { return nil }
        if rows[row].entry.frameLength == 0 { try settle() }
        let entry = rows[row].entry
        if entry.frameLength == 0 {
            let content = frames[Int(entry.kind.rawValue)].content.bytes
            return Array(content[Int(entry.offset)..<Int(entry.end)])
        }
        let pack = packs[Int(rows[row].pack)]
        let frame = try pack.read(at: entry.frameOffset, count: Int(entry.frameLength))
        let content = try frame.withUnsafeBytes {
            try decompressor.get().content(of: $0, for: entry, path: pack.path)
        }
        return Array(content[Int(entry.offset)..<Int(entry.end)])
    }

    private func row(of digest: Digest) -> Int? {
        index.find(digest) { rows[$0].entry.digest }
    }
}

// MARK: - Ending

extension PackWriter {
    /// Puts all packs into a directory, each under the digest of its file, and starts afresh.
    ///
    /// - Parameter synchronize: whether files and names are on the device when this returns.
    /// - Returns: the packs; none when nothing was added.
    /// - Throws: `.diskFull`, `.permissionDenied` or `.system`; no pack of this writer is left then.
    package func finish(into directory: String, synchronize: Bool) throws -> [FinishedPack] {
        var finished: [FinishedPack] = []
        var created: [String] = []
        do {
            for kind in BlobKind.allCases { try closeFrame(of: kind) }
            try settle()
            if let pack = packs.last, !pack.isSealed { try seal(pack) }
            if packs.isEmpty { return [] }
            if synchronize { for pack in packs { try pack.synchronize() } }
            if try FileSystem.createDirectory(directory), synchronize {
                try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
            }
            for (pack, seal) in zip(packs, sealed) {
                let path = "\(directory)/\(seal.name).zst"
                let replaces = try FileSystem.status(path) != nil
                if !replaces { created.append(path) }
                try pack.move(to: path)
                finished.append(
                    FinishedPack(
                        name: seal.name, path: path, entries: seal.entries, fileSize: pack.size,
                        replaces: replaces))
            }
            if synchronize { try FileSystem.synchronizeDirectory(directory) }
        } catch {
            // The first error is the one to tell.
            for path in created { _ = try? FileSystem.remove(path) }
            abort()
            throw error
        }
        // Moved, so there is nothing to discard.
        packs.removeAll()
        reset()
        return finished
    }

    /// Forgets everything and removes the temporary files.
    package func abort() {
        for pack in packs { pack.discard() }
        packs.removeAll()
        reset()
    }

    private func reset() {
        // With whatever it was still given.
        thread = nil
        frameCount = 0
        rows.removeAll()
        index = DigestIndex()
        sealed.removeAll()
        rowsOfPack.removeAll()
        for slot in frames.indices {
            frames[slot].content.removeAll()
            frames[slot].rows.removeAll()
        }
    }
}
