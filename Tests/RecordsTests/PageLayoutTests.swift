import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("Pages and their trie")
struct PageLayoutTests {
    @Test("A file name and a prefix say the same")
    func fileNames() throws {
        #expect(PagePrefix.root.fileName == "page.jsonl")
        #expect(PagePrefix(fileName: "page.jsonl") == .root)
        let child = PagePrefix.root.children[3].children[1]
        #expect(child.fileName == "31.jsonl")
        #expect(PagePrefix(fileName: "31.jsonl") == child)
        #expect(child.bits == 0b1101 << 60)
        for bad in [
            "4.jsonl", ".jsonl", "page.json", "3a.jsonl", String(repeating: "0", count: 33) + ".jsonl",
            "page1.jsonl",
        ] {
            #expect(PagePrefix(fileName: bad) == nil, "\(bad)")
        }
    }

    @Test("Parents, children and ranges fit together down to the maximum depth")
    func prefixes() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<100 {
            let hash = random.next()
            var prefix = PagePrefix.root
            while let child = prefix.children.first(where: { $0.contains(hash) }) {
                #expect(child.parent == prefix)
                #expect(prefix.isAncestor(of: child))
                #expect(!child.isAncestor(of: prefix))
                #expect(prefix.children.filter { $0.contains(hash) }.count == 1)
                #expect(PagePrefix(fileName: child.fileName) == child)
                prefix = child
            }
            #expect(prefix.depth == PagePrefix.maximumDepth)
            #expect(prefix.range == hash...hash)
        }
    }

    @Test("512 records are one page, one more makes four")
    func split() {
        var random = SeededGenerator(seed: 5)
        var hashes = (0..<512).map { _ in random.next() }.sorted()
        #expect(PageLayout.leaves(of: hashes).map(\.prefix) == [.root])
        hashes.append(random.next())
        hashes.sort()
        #expect(
            PageLayout.leaves(of: hashes).map(\.prefix.fileName) == [
                "0.jsonl", "1.jsonl", "2.jsonl", "3.jsonl",
            ])
        #expect(PageLayout.leaves(of: []).isEmpty)
    }

    @Test("Variants of one address stay together however many there are")
    func variants() {
        let same = Array(repeating: UInt64(7) << 60, count: 5000)
        #expect(PageLayout.leaves(of: same).map(\.prefix) == [.root])
        let two = same + [UInt64(15) << 60]
        #expect(PageLayout.leaves(of: two).map(\.prefix.fileName) == ["1.jsonl", "3.jsonl"])
        #expect(PageLayout.leaves(of: two).map(\.range.count) == [5000, 1])
    }

    @Test("Every record stands in one page, and a page is split exactly when it must be", arguments: 0..<20)
    func invariants(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...6000, using: &random)
        // Hashes that share long prefixes, and hashes that repeat.
        let mask = [UInt64.max, 0xFFFF, 0xFF00_0000_0000_0000, 0x3].randomElement(using: &random) ?? .max
        let hashes = (0..<count).map { _ in random.next() & mask }.sorted()
        let leaves = PageLayout.leaves(of: hashes)
        #expect(leaves.reduce(0) { $0 + $1.range.count } == count, "seed \(seed)")
        for leaf in leaves {
            let inside = hashes[leaf.range]
            #expect(inside.allSatisfy(leaf.prefix.contains), "seed \(seed)")
            #expect(inside.count <= 512 || inside.first == inside.last, "seed \(seed)")
            if let parent = leaf.prefix.parent {
                let sharing = hashes.filter(parent.contains)
                #expect(sharing.count > 512 && sharing.first != sharing.last, "seed \(seed)")
            }
        }
    }
}
