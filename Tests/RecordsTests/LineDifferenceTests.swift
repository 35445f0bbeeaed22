import StemmaRecords
import TestSupport
import Testing

@Suite("Differences of pages")
struct LineDifferenceTests {
    private func compare(_ a: [String], _ b: [String], newline: String = "\n") -> (
        removed: [String], added: [String]
    ) {
        let before = Array(a.map { $0 + newline }.joined().utf8)
        let after = Array(b.map { $0 + newline }.joined().utf8)
        return before.withUnsafeBytes { left in
            after.withUnsafeBytes { right in
                let lines = LineDifference(from: left, to: right)
                return (
                    lines.removed.map { String(decoding: left[$0], as: UTF8.self) },
                    lines.added.map { String(decoding: right[$0], as: UTF8.self) }
                )
            }
        }
    }

    @Test("Lines that are in one page only are found, whatever surrounds them", arguments: 0..<300)
    func property(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "aa", "aaa", "aab", "b", "ba", "1234567", "12345678", "123456789", "x12345678"]
        func page() -> [String] {
            Set(
                (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
            )
            .sorted()
        }
        let (a, b) = (page(), page())
        let result = compare(a, b)
        #expect(result.removed == a.filter { !b.contains($0) }, "seed \(seed)")
        #expect(result.added == b.filter { !a.contains($0) }, "seed \(seed)")
    }

    @Test("A line that stands twice on one side counts twice")
    func repeated() {
        #expect(compare(["a", "a", "b"], ["a", "b"]).removed == ["a"])
        #expect(compare(["a", "b"], ["a", "a", "b"]).added == ["a"])
    }

    @Test("Order does not matter")
    func order() {
        let result = compare(["a", "b", "c"], ["c", "b", "a"])
        #expect(result.removed.isEmpty && result.added.isEmpty)
    }
}
