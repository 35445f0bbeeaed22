import StemmaBlobs
import TestSupport
import Testing

@Suite struct PackDamageTests {
    let directory: TemporaryDirectory
    let name: Digest
    let bytes: [UInt8]
    let blobs: [[UInt8]]

    init() throws {
        directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: 21)
        blobs = [0, 1, 300, 2000, 17_000, 900].map { generator.bytes($0) }
        let writer = try PackWriter(temporaryDirectory: directory.file("tmp"))
        for blob in blobs { try writer.add(Digest.of(blob), blob, kind: .payload) }
        let pack = try #require(try writer.finish(into: directory.file("packs"), synchronize: false).first)
        name = pack.name
        bytes = try FileSystem.readAll(pack.path, limit: 1 << 20)
    }

    /// Reads everything there is to read; true when no damage was found.
    func isIntact(_ bytes: [UInt8]) throws -> Bool {
        do {
            return try PackReader(name: name, bytes: bytes).verifyAll().isEmpty
        } catch let error as StemmaError where error.code == .corrupt {
            return false
        }
    }

    @Test("a pack that is cut off anywhere is damaged, in file and memory")
    func truncated() throws {
        #expect(try isIntact(bytes))
        let path = directory.file("cut.zst")
        for length in 0..<bytes.count where length % 97 == 0 || length > bytes.count - 500 || length < 100 {
            let cut = Array(bytes[..<length])
            #expect(code { _ = try PackReader(name: name, bytes: cut) } == .corrupt, "\(length) bytes")
            try FileSystem.writeAtomically(path, cut, synchronize: false)
            #expect(code { _ = try PackReader(path: path) } == .corrupt, "\(length) bytes")
        }
        #expect(try !isIntact(bytes + [0]))
    }

    @Test("a flipped byte anywhere is found, and what is read is never wrong")
    func flipped() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let table = bytes.count - 16 - 8 - 56 * blobs.count
        for position in 0..<bytes.count where position >= table || position % 11 == 0 {
            var damaged = bytes
            damaged[position] ^= UInt8.random(in: 1...255, using: &generator)
            #expect(try !isIntact(damaged), "byte \(position), seed \(seed)")
            guard let reader = try? PackReader(name: name, bytes: damaged) else { continue }
            for entry in try reader.entries {
                guard let read = try? reader.read(entry) else { continue }
                #expect(Digest.of(read) == entry.digest, "byte \(position), seed \(seed)")
            }
        }
    }

    @Test("verification names the blobs that damage hits, and those alone")
    func named() throws {
        let reader = try PackReader(name: name, bytes: bytes)
        let alone = try #require(try reader.entries.first { $0.size == 17_000 })
        var damaged = bytes
        damaged[Int(alone.frameOffset) + Int(alone.frameLength) / 2] ^= 1
        let damage = try PackReader(name: name, bytes: damaged).verifyAll()
        #expect(damage.map(\.digest) == [nil, alone.digest])
        var read = 0
        _ = try reader.verifyAll { read += $0 }
        #expect(read == bytes.count)
    }

    @Test("a file that shrinks after it was opened is damaged, not a crash")
    func shrinks() throws {
        let path = directory.file("shrinks.zst")
        try FileSystem.writeAtomically(path, bytes, synchronize: false)
        let reader = try PackReader(path: path)
        try OpenFile(path, for: .updating).truncate(to: 40)
        #expect(code { _ = try reader.read(Digest.of(blobs[4])) } == .corrupt)
    }

    @Test("an entry that lies about sizes is refused before memory is taken")
    func lyingEntries() throws {
        let reader = try PackReader(name: name, bytes: bytes)
        let entry = try #require(try reader.find(Digest.of(blobs[3])))
        func lie(
            frameOffset: UInt64? = nil, frameLength: UInt32? = nil, offset: UInt32? = nil, size: UInt32? = nil
        ) -> PackEntry {
            PackEntry(
                digest: entry.digest, frameOffset: frameOffset ?? entry.frameOffset,
                frameLength: frameLength ?? entry.frameLength, offset: offset ?? entry.offset,
                size: size ?? entry.size, kind: entry.kind)
        }
        let lies = [
            lie(size: entry.size + 1), lie(size: .max), lie(offset: .max), lie(offset: 16_384),
            lie(frameLength: .max), lie(frameLength: 0), lie(frameLength: entry.frameLength - 1),
            lie(frameLength: entry.frameLength + 1), lie(frameOffset: .max), lie(frameOffset: 1),
        ]
        for lie in lies {
            let fresh = try PackReader(name: name, bytes: bytes)
            #expect(code { _ = try fresh.read(lie) } == .corrupt, "\(lie)")
        }
    }

    @Test("random bytes are no pack")
    func noise() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for length in 0..<300 {
            var noise = generator.bytes(length)
            if length >= 8 { noise.replaceSubrange((length - 8)..., with: Array("STMPACK1".utf8)) }
            #expect(code { _ = try PackReader(name: name, bytes: noise) } == .corrupt, "seed \(seed)")
        }
    }
}
