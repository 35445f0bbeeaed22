import TestSupport
import Testing

@testable import StemmaBlobs

@Suite struct PackTests {
    let directory: TemporaryDirectory
    var packs: String { directory.file("packs") }

    init() throws { directory = try TemporaryDirectory() }

    func writer() throws -> PackWriter {
        try PackWriter(temporaryDirectory: directory.file("tmp"))
    }

    /// A pack of blobs of many sizes, and the blobs.
    func sample(seed: UInt64, sizes: [Int]) throws -> (pack: FinishedPack, blobs: [Digest: [UInt8]]) {
        var generator = SeededGenerator(seed: seed)
        let writer = try writer()
        var blobs: [Digest: [UInt8]] = [:]
        for (number, size) in sizes.enumerated() {
            let bytes = generator.bytes(size)
            let kind = BlobKind.allCases[number % BlobKind.allCases.count]
            blobs[Digest.of(bytes)] = bytes
            try writer.add(Digest.of(bytes), bytes, kind: kind)
        }
        let finished = try writer.finish(into: packs, synchronize: true)
        return (try #require(finished.first), blobs)
    }

    static let sizes = [0, 1, 2, 100, 1000, 16_383, 16_384, 16_385, 20_000, 300_000, 15_000, 1384, 7]

    @Test("blobs of every size are read back from file and memory, with their kinds")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        let sizes = Self.sizes + (0..<200).map { $0 * 13 }
        let (pack, blobs) = try sample(seed: seed, sizes: sizes)
        let file = try PackReader(path: pack.path)
        let memory = try PackReader(name: pack.name, bytes: try FileSystem.readAll(pack.path, limit: 1 << 26))
        #expect(file.name == pack.name)
        #expect(pack.entries == blobs.count)
        for reader in [file, memory] {
            #expect(reader.count == blobs.count, "seed \(seed)")
            #expect(try reader.entries.map(\.digest) == blobs.keys.sorted(), "seed \(seed)")
            for (digest, bytes) in blobs {
                #expect(try reader.read(digest) == bytes, "seed \(seed)")
                #expect(try reader.find(digest)?.size == UInt32(bytes.count), "seed \(seed)")
            }
            #expect(try reader.verifyAll().isEmpty, "seed \(seed)")
            #expect(try reader.find(Digest.of([0xFF, 0xFE])) == nil)
            #expect(code { _ = try reader.read(Digest.of([0xFF, 0xFE])) } == .objectMissing)
        }
    }

    @Test("a digest is found also in a table whose digests are not spread evenly")
    func clustered() throws {
        // Whoever makes a pack by hand can choose its digests.
        let words: [UInt64] = [0, 1, 2, 3, 5, .max - 3, .max - 1, .max] + (100..<400).map { $0 }
        let entries = words.sorted().map { word in
            PackEntry(
                digest: Digest(word, 7, 7, 7), frameOffset: 0, frameLength: 8, offset: 0, size: 1,
                kind: .payload)
        }
        let buffer = ByteBuffer()
        Array("8 bytes.".utf8).withUnsafeBytes { buffer.append($0) }
        PackTable.append(entries, start: 8, to: buffer)
        let reader = try PackReader(name: Digest.of([]), bytes: Array(buffer.bytes))
        for entry in entries {
            #expect(try reader.find(entry.digest) == entry)
            let word = entry.digest.word0
            #expect(try reader.find(Digest(word, 6, 0, 0)) == nil)
            #expect(try reader.find(Digest(word, 8, 0, 0)) == nil)
        }
    }

    @Test("blobs of a kind share frames of at most 16 KiB, and kinds do not mix")
    func sharing() throws {
        let (pack, _) = try sample(seed: 7, sizes: Self.sizes + (0..<400).map { 100 + $0 })
        let entries = try PackReader(path: pack.path).entries
        for (_, frame) in Dictionary(grouping: entries, by: \.frameOffset) {
            #expect(Set(frame.map(\.kind)).count == 1)
            #expect(Set(frame.map(\.frameLength)).count == 1)
            let content = frame.reduce(0) { $0 + Int($1.size) }
            #expect(frame.count == 1 || content <= 16_384)
        }
        #expect(Set(entries.map(\.frameOffset)).count < entries.count / 10)
    }

    @Test("stock tools read a pack: its name, and its blobs one after another")
    func stockTools() throws {
        let (pack, blobs) = try sample(seed: 8, sizes: Self.sizes)
        #expect(try StockTool.digest(ofOutput: "cat '\(pack.path)'") == pack.name.hex)
        #expect(pack.path == "\(packs)/\(pack.name).zst")
        #expect(try FileSystem.status(pack.path)?.size == Int64(pack.fileSize))
        let printed = try StockTool.output("zstd", "-dcq", pack.path)
        var expected: [UInt8] = []
        let entries = try PackReader(path: pack.path).entries
        for entry in entries.sorted(by: { ($0.frameOffset, $0.offset) < ($1.frameOffset, $1.offset) }) {
            expected += blobs[entry.digest] ?? []
        }
        #expect(printed == expected)
    }

    @Test("a blob is taken once, and is read before the pack is finished")
    func unfinished() throws {
        var generator = SeededGenerator(seed: 9)
        let blobs = (0..<300).map { generator.bytes(1 + $0 * 97) }
        let writer = try writer()
        for bytes in blobs {
            #expect(try writer.add(Digest.of(bytes), bytes, kind: .payload))
            #expect(try !writer.add(Digest.of(bytes), bytes, kind: .lineage))
        }
        #expect(writer.count == blobs.count)
        for bytes in blobs {
            #expect(try writer.read(Digest.of(bytes)) == bytes)
            #expect(writer.find(Digest.of(bytes))?.size == bytes.count)
        }
        #expect(try writer.read(Digest.of([])) == nil)
        #expect(try FileSystem.status(packs) == nil)
        writer.abort()
        #expect(writer.count == 0)
        #expect(try FileSystem.list(directory.file("tmp")).isEmpty)
        #expect(try writer.finish(into: packs, synchronize: false).isEmpty)
    }

    @Test("the same blobs in the same order always make the same pack")
    func repeatable() throws {
        let sizes = (0..<3000).map { $0 % 50 == 0 ? 10_000 + $0 * 20 : $0 % 900 } + [1_200_000, 5, 70_000]
        let names = try (0..<4).map { _ in try sample(seed: 13, sizes: sizes).pack.name }
        #expect(Set(names).count == 1)
        #expect(try PackReader(path: "\(packs)/\(names[0]).zst").verifyAll().isEmpty)
    }

    @Test("blobs that are still being compressed are read, and dropped with the writer")
    func inFlight() throws {
        var generator = SeededGenerator(seed: 14)
        let writer = try writer()
        var digests: [Digest] = []
        for number in 0..<2000 {
            let bytes = generator.bytes(500 + number % 7)
            digests.append(Digest.of(bytes))
            try writer.add(Digest.of(bytes), bytes, kind: .payload)
            let earlier = digests[digests.count * 2 / 3]
            #expect(try writer.read(earlier).map { Digest.of($0) } == earlier)
        }
        let abandoned = try self.writer()
        for size in 0..<4000 {
            let bytes = generator.bytes(size)
            try abandoned.add(Digest.of(bytes), bytes, kind: .payload)
        }
        abandoned.abort()
        let pack = try #require(try writer.finish(into: packs, synchronize: false).first)
        #expect(try PackReader(path: pack.path).entries.map(\.digest) == digests.sorted())
    }

    @Test("a writer that is dropped leaves nothing, and one that finished starts afresh")
    func dropped() throws {
        do {
            let writer = try writer()
            let bytes = [UInt8](repeating: 3, count: 50_000)
            try writer.add(Digest.of(bytes), bytes, kind: .payload)
            #expect(try FileSystem.list(directory.file("tmp")).count == 1)
        }
        #expect(try FileSystem.list(directory.file("tmp")).isEmpty)
        let writer = try writer()
        var names: Set<Digest> = []
        for value in 0..<3 as Range<UInt8> {
            try writer.add(Digest.of([value]), [value], kind: .payload)
            names.formUnion(try writer.finish(into: packs, synchronize: false).map(\.name))
        }
        #expect(names.count == 3)
        #expect(try FileSystem.list(packs).count == 3)
    }

    @Test("packs are split below 64 MiB, each blob in one of them")
    func split() throws {
        var generator = SeededGenerator(seed: 10)
        let writer = try writer()
        var digests: Set<Digest> = []
        var large = (0..<(12 << 17)).flatMap { _ in
            withUnsafeBytes(of: generator.next()) { Array($0) }
        }
        for value in 0..<7 as Range<UInt8> {
            large[0] = value
            let digest = Digest.of(large)
            digests.insert(digest)
            try writer.add(digest, large, kind: .payload)
            #expect(try writer.read(digest)?.first == value)
        }
        let finished = try writer.finish(into: packs, synchronize: false)
        #expect(finished.count == 2)
        var found: [Digest] = []
        for pack in finished {
            #expect(pack.fileSize <= 64 << 20)
            let reader = try PackReader(path: pack.path)
            #expect(try reader.verifyAll().isEmpty)
            found += try reader.entries.map(\.digest)
        }
        #expect(found.sorted() == digests.sorted())
        let tooLarge = [UInt8](repeating: 0, count: (16 << 20) + 1)
        #expect(code { _ = try writer.add(Digest.of(tooLarge), tooLarge, kind: .payload) } == .tooLarge)
    }

    @Test("every failing call leaves no pack, no temporary file and a typed error")
    func faults() throws {
        var generator = SeededGenerator(seed: 12)
        let blobs = (0..<60).map { _ in generator.bytes(20_000) }
        let directory = directory
        func save() throws {
            let writer = try PackWriter(temporaryDirectory: directory.file("tmp"))
            for bytes in blobs { try writer.add(Digest.of(bytes), bytes, kind: .payload) }
            _ = try writer.finish(into: directory.file("packs"), synchronize: true)
        }
        let calls = FileSystem.faults.run(under: directory.path, save).calls
        #expect(calls >= 8)
        for call in 1...calls {
            for fault in [.diskFull, .crash] as [FaultInjector.Fault] {
                try StockTool.removeAll(in: directory)
                let (result, _) = FileSystem.faults.run(
                    under: directory.path, failing: call, with: fault, save)
                if case .crash = fault {
                    #expect(code { try result.get() } == .system, "call \(call)")
                    try checkVisiblePacks()
                } else if code({ try result.get() }) != nil {
                    #expect(code { try result.get() } == .diskFull, "call \(call)")
                    #expect(try names(in: packs).isEmpty, "call \(call)")
                    #expect(try names(in: directory.file("tmp")).isEmpty, "call \(call)")
                } else {
                    // The call was one that may fail: a directory that is made at the second attempt.
                    try checkVisiblePacks()
                }
            }
        }
    }

    /// After a crash a pack is there whole or not at all.
    private func checkVisiblePacks() throws {
        for name in try names(in: packs) {
            #expect(try PackReader(path: "\(packs)/\(name)").verifyAll().isEmpty)
        }
    }

    private func names(in directory: String) throws -> [String] {
        try FileSystem.status(directory) == nil ? [] : FileSystem.list(directory).map(\.name)
    }
}

extension PackEntry {
    fileprivate var hexDigest: String { digest.hex }
}

extension StockTool {
    /// Empties a directory.
    fileprivate static func removeAll(in directory: TemporaryDirectory) throws {
        _ = try output("rm", "-rf", directory.file("packs"), directory.file("tmp"))
    }
}
