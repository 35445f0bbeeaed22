import Testing

@testable import StemmaCLI

@Suite("Text for people")
struct TextTests {
    @Test(
        "Sizes have two digits at least and units of 1000",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (1234, "1.2 KB"), (9949, "9.9 KB"), (9950, "10 KB"),
            (999_499, "999 KB"), (999_500, "1.0 MB"), (34_000_000, "34 MB"), (5_400_000_000, "5.4 GB"),
        ])
    func bytes(number: Int, text: String) {
        #expect(Amount.bytes(number) == text)
    }

    @Test(
        "Progress is a line that fits, says how long it will take, and does not say that it is 0 seconds",
        arguments: [
            (23_000_000, 0.5, 80, "importing: 6.0 MB of 23 MB, 26%"),
            (23_000_000, 2, 80, "importing: 6.0 MB of 23 MB, 26%, 6s left"),
            (6_100_000, 2, 80, "importing: 6.0 MB of 6.1 MB, 98%"),
            (23_000_000, 2, 35, "importing: 6.0 MB of 23 MB, 26%"),
            (23_000_000, 2, 28, "importing: 6.0 MB of 23 MB"), (23_000_000, 2, 12, "importing: 6"),
            (nil, 2, 80, "importing: 6.0 MB"),
            (23_000_000, 3600, 80, "importing: 6.0 MB of 23 MB, 26%, 2h 50m left"),
        ] as [(Int?, Double, Int, String)])
    func progress(total: Int?, elapsed: Double, columns: Int, line: String) {
        let text = ProgressText(
            phase: "importing", done: 6_000_000, total: total, inBytes: true, elapsed: elapsed)
        #expect(text.line(columns: columns) == line)
    }

    @Test("Counts have separators and the right number")
    func counts() {
        #expect(Amount.counted(0, "record") == "0 records")
        #expect(Amount.counted(1, "record") == "1 record")
        #expect(Amount.counted(1_234_567, "record") == "1,234,567 records")
        #expect(Amount.counted(2, "copy", "copies") == "2 copies")
        #expect(Amount.changes(added: 1, changed: 0, removed: 1000) == "1 added, 1,000 removed")
    }

    @Test(
        "Times are those of the place where they were taken",
        arguments: [
            (0, "1970-01-01T00:00:00+00:00"), (90, "1970-01-01T01:30:00+01:30"),
            (-60, "1969-12-31T23:00:00-01:00"),
        ])
    func moments(offset: Int, text: String) {
        #expect(Moment(seconds: 0, offset: offset).iso8601 == text)
    }

    @Test("Columns are as wide as their widest cell; empty ones and spaces at the end are left out")
    func columns() {
        var columns = Columns()
        _ = columns.add([Cell("a"), .right("1"), Cell(""), Cell("x")])
        _ = columns.add([Cell("long"), .right("100"), Cell(""), Cell("")])
        #expect(columns.take(colored: false) == "a       1  x\nlong  100\n")
    }

    @Test("Colour is there only when it is asked for, and does not count as width")
    func color() {
        var columns = Columns()
        _ = columns.add([Cell("a", .bad), Cell("b")])
        #expect(columns.take(colored: true) == "\u{1B}[31ma\u{1B}[0m  b\n")
    }

    @Test("A name is guessed when it is near enough")
    func spelling() {
        let names = ["list", "load", "log", "variables"]
        #expect(Spelling.nearest(to: "lsit", among: names) == "list")
        #expect(Spelling.nearest(to: "vars", among: names) == nil)
        #expect(Spelling.nearest(to: "var", among: names) == "variables")
        #expect(Spelling.nearest(to: "x", among: names) == nil)
        #expect(Spelling.nearest(to: String(repeating: "l", count: 1000), among: names) == nil)
    }

    @Test(
        "Ranges of revisions",
        arguments: [
            ("A", Comparison(before: .revision("A"), after: .workTree)),
            ("A..", Comparison(before: .revision("A"), after: .workTree)),
            ("A..B", Comparison(before: .revision("A"), after: .revision("B"))),
            ("..B", Comparison(before: .head, after: .revision("B"))),
            ("A...B", Comparison(before: .mergeBase("A", "B"), after: .revision("B"))),
            ("v1.2..v1.3", Comparison(before: .revision("v1.2"), after: .revision("v1.3"))),
        ])
    func comparisons(word: String, comparison: Comparison) {
        #expect(Comparison(word) == comparison)
    }
}
