import StemmaBlobs
import TestSupport
import Testing

@Suite struct ZstdTests {
    @Test("a frame is read back, whatever its size and level", arguments: [0, 1, 16_384, 300_000])
    func roundTrip(size: Int) throws {
        var generator = SeededGenerator(seed: 3)
        let bytes = generator.bytes(size)
        let decompressor = try Decompressor()
        for level in [-5, 1, 3, 22, 99] {
            let frame = try Compressor(level: level).compress(bytes)
            #expect(
                try decompressor.decompress(frame, expectedSize: size, path: "frame") == bytes,
                "level \(level)")
        }
    }

    @Test("a frame whose size is another than expected is refused before memory is taken")
    func lyingSize() throws {
        let frame = try Compressor().compress([UInt8](repeating: 1, count: 1000))
        let decompressor = try Decompressor()
        for size in [0, 999, 1001, Int.max] {
            #expect(
                code { _ = try decompressor.decompress(frame, expectedSize: size, path: "frame") } == .corrupt
            )
        }
        // A header that states 2^60 bytes: eight bytes of content size in a single segment.
        let lying: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 0, 0, 0x10, 1, 0, 0]
        #expect(
            code { _ = try decompressor.decompress(lying, expectedSize: 1 << 60, path: "frame") } == .corrupt)
    }

    @Test("a frame that states no size, is cut off, or is followed by bytes is refused")
    func damaged() throws {
        let bytes = [UInt8](repeating: 5, count: 5000)
        let frame = try Compressor().compress(bytes)
        let decompressor = try Decompressor()
        for length in 0..<frame.count {
            let cut = Array(frame[..<length])
            #expect(code { _ = try decompressor.decompress(cut, expectedSize: 5000, path: "f") } == .corrupt)
        }
        for tail in [[0], frame] as [[UInt8]] {
            #expect(
                code { _ = try decompressor.decompress(frame + tail, expectedSize: 5000, path: "f") }
                    == .corrupt)
        }
        let unstated: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 1, 0, 0]
        #expect(code { _ = try decompressor.decompress(unstated, expectedSize: 0, path: "f") } == .corrupt)
    }

    @Test("a frame made in pieces is the frame of the whole to stock zstd", arguments: [0, 1])
    func stream(workers: Int) throws {
        let directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: 4)
        let bytes = generator.bytes(3_000_000)
        let compressor = try Compressor(workers: workers)
        for _ in 0..<2 {
            var frame: [UInt8] = []
            try compressor.begin(size: UInt64(bytes.count))
            try bytes.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: 700_001) {
                    let piece = UnsafeRawBufferPointer(rebasing: bytes[start...].prefix(700_001))
                    try compressor.write(piece) { frame += $0 }
                }
            }
            try compressor.end { frame += $0 }
            try FileSystem.writeAtomically(directory.file("f.zst"), frame, synchronize: false)
            #expect(
                try StockTool.digest(ofOutput: "zstd -dcq '\(directory.file("f.zst"))'")
                    == Digest.of(bytes).hex)
            #expect(try Decompressor().decompress(frame, expectedSize: bytes.count, path: "f") == bytes)
        }
    }

    @Test("a stream that has not the size it was said to have is an error")
    func wrongPledge() throws {
        let compressor = try Compressor()
        try compressor.begin(size: 10)
        #expect(code { try compressor.end { _ in } } == .system)
        #expect(try compressor.compress([1, 2, 3]).isEmpty == false)
    }
}
