import StemmaBlobs
import TestSupport
import Testing

@Suite struct DigestTests {
    @Test(
        "gives the digests of the standard's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func standard(text: String, hex: String) {
        #expect(Digest.of(Array(text.utf8)).hex == hex)
    }

    @Test("a digest of pieces is the digest of the whole, and the context starts afresh")
    func pieces() {
        var generator = SeededGenerator(seed: 1)
        let bytes = generator.bytes(100_000)
        let context = DigestContext()
        for _ in 0..<3 {
            context.update(Array(bytes[..<17]))
            context.update([])
            context.update(Array(bytes[17...]))
            #expect(context.finish() == Digest.of(bytes))
        }
    }

    @Test("hexadecimal and raw forms are read back")
    func forms() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let digest = Digest.of(generator.bytes(9))
            var appended: [UInt8] = []
            digest.appendHex(to: &appended)
            #expect(Digest(hex: digest.hex) == digest, "seed \(seed)")
            #expect(Digest(digest.description) == digest, "seed \(seed)")
            #expect(appended == Array(digest.hex.utf8), "seed \(seed)")
            #expect(appended.withUnsafeBytes { Digest(hexBytes: $0) } == digest, "seed \(seed)")
            #expect(digest.bytes.withUnsafeBytes { Digest(bytes: $0) } == digest, "seed \(seed)")
        }
    }

    @Test("anything but 64 lower-case digits is no digest")
    func refused() {
        let good = Digest.of([]).hex
        #expect(Digest(hex: good.uppercased()) == nil)
        #expect(Digest(hex: good.dropLast()) == nil)
        #expect(Digest(hex: good + "0") == nil)
        #expect(Digest(hex: "") == nil)
        for bad in ["g", " ", "/", ":", "`", "\u{0}", "A"] {
            #expect(Digest(hex: bad + good.dropFirst()) == nil, "\(bad)")
            #expect(Digest(hex: good.dropLast() + bad) == nil, "\(bad)")
        }
        #expect([UInt8](repeating: 0, count: 31).withUnsafeBytes { Digest(bytes: $0) } == nil)
    }

    @Test("digests are ordered as their hexadecimal forms are")
    func order() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let digests = (0..<300).map { _ in Digest.of(generator.bytes(8)) }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted(), "seed \(seed)")
        let zero = String(repeating: "0", count: 63)
        for place in 0..<64 {
            var text = Array(zero.utf8)
            text.insert(UInt8(ascii: "1"), at: place)
            let one = text.withUnsafeBytes { Digest(hexBytes: $0) }
            #expect(one.map { $0 > Digest(hex: zero + "0") ?? $0 } == true, "place \(place)")
        }
    }

    @Test("a prefix names the range of digests that start with it")
    func prefix() throws {
        let digest = Digest.of([1, 2, 3])
        for length in 1...64 {
            let range = try #require(Digest.range(ofPrefix: String(digest.hex.prefix(length))))
            #expect(range.contains(digest))
        }
        #expect(try #require(Digest.range(ofPrefix: digest.hex)).lowerBound == digest)
        #expect(Digest.range(ofPrefix: "") == nil)
        #expect(Digest.range(ofPrefix: "xy") == nil)
        #expect(Digest.range(ofPrefix: digest.hex + "0") == nil)
    }

    @Test("many threads compute digests at once")
    func threads() async {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let bytes = [UInt8](repeating: UInt8(number), count: 1000)
                    let expected = Digest.of(bytes)
                    return (0..<500).allSatisfy { _ in Digest.of(bytes) == expected }
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
