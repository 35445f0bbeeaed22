import StemmaBlobs
import TestSupport
import Testing

@Suite struct ObjectStoreTests {
    let directory: TemporaryDirectory
    let store: ObjectStore

    init() throws {
        directory = try TemporaryDirectory()
        store = ObjectStore(root: directory.path)
    }

    /// Writes `bytes` through a blob writer in pieces of odd sizes.
    @discardableResult
    func put(_ bytes: [UInt8], size: Int?, largestTracked: Int = 1 << 30) throws -> ObjectLocation {
        let writer = try store.blobWriter(size: size, largestTracked: largestTracked)
        try bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: 77_777) {
                try writer.write(UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(77_777)))
            }
        }
        let (digest, found) = try writer.finish()
        #expect(digest == Digest.of(bytes))
        #expect(found == bytes.count)
        return try writer.stage(synchronize: true).commit(synchronize: true)
    }

    @Test("a staged blob that was put in its place, and removed since, is not taken for being there")
    func removedSince() throws {
        let writer = try store.blobWriter(size: 3, largestTracked: 1 << 30)
        try [UInt8]([1, 2, 3]).withUnsafeBytes { try writer.write($0) }
        let digest = try writer.finish().0
        let staged = try writer.stage(synchronize: false)
        try staged.commit(synchronize: false)
        try staged.commit(synchronize: false)
        try store.loose.remove(digest)
        #expect(code { try staged.commit(synchronize: false) } == .objectMissing)
    }

    @Test("a loose blob is proved by stock tools", arguments: [0, 1, 16_384, 1_000_000])
    func stockTools(size: Int) throws {
        var generator = SeededGenerator(seed: 31)
        let bytes = generator.bytes(size)
        let digest = Digest.of(bytes)
        #expect(try store.putLoose(digest, bytes, synchronize: true))
        #expect(try !store.putLoose(digest, bytes, synchronize: true))
        let path = "\(directory.path)/objects/\(digest.hex.prefix(2))/\(digest.hex).zst"
        #expect(store.loose.path(of: digest) == path)
        #expect(try StockTool.digest(ofOutput: "zstd -dcq '\(path)'") == digest.hex)
        #expect(try store.loose.read(digest, limit: size) == bytes)
        #expect(try store.loose.contains(digest))
        #expect(try store.loose.all() == [digest])
        if size > 0 {
            #expect(code { _ = try store.loose.read(digest, limit: size - 1) } == .tooLarge)
        }
        #expect(try store.loose.remove(digest))
        #expect(try !store.loose.remove(digest))
        #expect(try FileSystem.list("\(directory.path)/objects").isEmpty)
        #expect(code { _ = try store.loose.read(digest, limit: size) } == .objectMissing)
    }

    @Test(
        "a blob is written and read in pieces, its size known or not", arguments: [0, 1, 100_000, 40_000_000])
    func pieces(size: Int) throws {
        var generator = SeededGenerator(seed: 32)
        let bytes = generator.bytes(size)
        let digest = Digest.of(bytes)
        for known in [size, nil] {
            let location = try put(bytes, size: known)
            #expect(location == .loose(path: store.loose.path(of: digest)))
            let reader = try store.reader(digest, at: location, size: size)
            #expect(reader.size == size)
            let context = DigestContext()
            try withUnsafeTemporaryAllocation(byteCount: 50_001, alignment: 1) { buffer in
                while true {
                    let count = try reader.read(into: buffer)
                    if count == 0 { break }
                    context.update(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
                }
            }
            #expect(context.finish() == digest)
            #expect(try FileSystem.list(store.temporaryDirectory).isEmpty)
            try store.loose.remove(digest)
        }
    }

    @Test("a blob above the tracked size goes to large/")
    func large() throws {
        let bytes = [UInt8](repeating: 1, count: 1001)
        let digest = Digest.of(bytes)
        #expect(try put(bytes, size: nil, largestTracked: 1001) == .loose(path: store.loose.path(of: digest)))
        try store.loose.remove(digest)
        #expect(try put(bytes, size: nil, largestTracked: 1000) == .large(path: store.large.path(of: digest)))
        #expect(
            try store.locate(digest)
                == .large(path: "\(directory.path)/large/\(digest.hex.prefix(2))/\(digest).zst"))
        #expect(try store.large.all() == [digest])
    }

    @Test("a writer that is aborted or dropped leaves nothing")
    func aborted() throws {
        for isAborted in [true, false] {
            let writer = try store.blobWriter(size: nil, largestTracked: 1 << 30)
            try writer.write([1, 2, 3])
            if isAborted { writer.abort() }
        }
        #expect(try FileSystem.list(store.temporaryDirectory).isEmpty)
        #expect(try store.loose.all().isEmpty)
    }

    @Test("a source that has not the size it was said to have is an error")
    func sizeChanged() throws {
        let short = try store.blobWriter(size: 4, largestTracked: 10)
        try short.write([1, 2, 3])
        #expect(code { _ = try short.finish() } == .sizeChanged)
        let long = try store.blobWriter(size: 2, largestTracked: 10)
        #expect(code { try long.write([1, 2, 3]) } == .sizeChanged)
    }

    @Test("a damaged loose blob is found on reading, and replaced on writing")
    func damaged() throws {
        var generator = SeededGenerator(seed: 33)
        let bytes = generator.bytes(5000)
        let digest = Digest.of(bytes)
        let path = store.loose.path(of: digest)
        try store.putLoose(digest, bytes, synchronize: false)
        let frame = try FileSystem.readAll(path, limit: 1 << 20)
        var variants = (0..<frame.count).filter { $0 % 37 == 0 || $0 < 20 }.map { Array(frame[..<$0]) }
        variants += [frame + [0], frame + frame, try Compressor().compress(generator.bytes(5000))]
        for position in stride(from: 0, to: frame.count, by: 41) {
            var flipped = frame
            flipped[position] ^= 0x10
            variants.append(flipped)
        }
        for variant in variants {
            try FileSystem.writeAtomically(path, variant, synchronize: false)
            #expect(
                code { _ = try store.loose.read(digest, limit: 1 << 20) } == .corrupt,
                "\(variant.count) bytes")
            #expect(
                code { _ = try BlobReader(frame: variant, digest: digest, path: "f").readAll(limit: 1 << 20) }
                    == .corrupt)
            #expect(try !store.loose.isIntact(digest))
        }
        #expect(try store.putLoose(digest, bytes, synchronize: false))
        #expect(try store.loose.read(digest, limit: 5000) == bytes)
        #expect(code { _ = try store.loose.reader(digest, size: 4999) } == .corrupt)
        #expect(
            try BlobReader(frame: frame, digest: digest, size: 5000, path: "f").readAll(limit: 5000) == bytes)
    }

    @Test("a blob is located and read wherever it is")
    func locations() throws {
        let packed: [UInt8] = [1, 2, 3]
        let writer = try store.packWriter()
        try writer.add(Digest.of(packed), packed, kind: .lineage)
        let pack = try #require(try writer.finish(into: store.packDirectory, synchronize: false).first)
        try put([4], size: 1)
        try put([5, 5], size: 2, largestTracked: 1)
        for bytes in [packed, [4], [5, 5]] {
            let location = try #require(try store.locate(Digest.of(bytes)))
            #expect(try store.read(Digest.of(bytes), at: location, limit: 3) == bytes)
            #expect(code { _ = try store.read(Digest.of(bytes), at: location, limit: 0) } == .tooLarge)
            #expect(code { _ = try store.reader(Digest.of(bytes), at: location, size: 99) } == .corrupt)
        }
        #expect(try store.locate(Digest.of([9])) == nil)
        #expect(try store.packNames() == [pack.name])
        let location = try #require(try store.locate(Digest.of(packed)))
        #expect(code { _ = try store.read(Digest.of([9]), at: location, limit: 9) } == .objectMissing)
        #expect(try store.removePack(pack.name))
        #expect(code { _ = try store.read(Digest.of(packed), at: location, limit: 9) } == .objectMissing)
        #expect(try store.packNames().isEmpty)
    }

    @Test("every failing call leaves no visible blob, no temporary file and a typed error")
    func faults() throws {
        var generator = SeededGenerator(seed: 34)
        let bytes = generator.bytes(400_000)
        let digest = Digest.of(bytes)
        func clean() throws {
            _ = try StockTool.output("rm", "-rf", "\(directory.path)/objects", "\(directory.path)/local")
        }
        let ways: [(String, () throws -> Void)] = [
            ("put", { try store.putLoose(digest, bytes, synchronize: true) }),
            ("known size", { try put(bytes, size: bytes.count) }),
            ("unknown size", { try put(bytes, size: nil) }),
        ]
        for (name, save) in ways {
            try clean()
            let calls = FileSystem.faults.run(under: directory.path, save).calls
            #expect(calls > 5)
            for call in 1...calls {
                try clean()
                let (result, _) = FileSystem.faults.run(under: directory.path, failing: call, save)
                guard let found = code({ try result.get() }) else {
                    #expect(try store.loose.read(digest, limit: .max) == bytes, "\(name) \(call)")
                    continue
                }
                #expect(found == .diskFull, "\(name) \(call)")
                let temporaries =
                    try FileSystem.status(store.temporaryDirectory) == nil
                    ? [] : FileSystem.list(store.temporaryDirectory)
                #expect(temporaries.isEmpty, "\(name) \(call)")
                let visible = try store.loose.all()
                // Only the last calls, which make the names durable, come after the blob is whole.
                if !visible.isEmpty { #expect(try store.loose.read(digest, limit: .max) == bytes) }
            }
        }
    }
}
