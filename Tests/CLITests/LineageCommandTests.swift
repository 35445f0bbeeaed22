import Foundation
import Stemma
import StemmaBlobs
import TestSupport
import Testing

@Suite("stemma lineage")
struct LineageCommandTests {
    /// Raw and Gain -> scale -> Scaled; Scaled -> mean (not saved); both -> score -> Score.
    static func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture()
        let keys: Keys = ["subject": 1, "session": "A"]
        let scale = Thunk("scale", version: "2", parameters: ["signal", "gain", "mode"], module: "Tools") {
            (signal: [Double], gain: Double, mode: String) in signal.map { $0 * gain }
        }
        let mean = Thunk("mean", version: "1", parameters: ["signal"], module: "Tools") {
            (signal: [Double]) in signal.reduce(0, +) / Double(signal.count)
        }
        let score = Thunk("score", version: "1", parameters: ["signal", "mean"], module: "Tools") {
            (signal: [Double], mean: Double) in signal.map { $0 - mean }
        }
        let store = try Store.open(fixture.path("results"))
        try store.save([1, 2, 3], as: Variable<[Double]>("Raw"), at: keys)
        try store.save(2.5, as: Variable<Double>("Gain"), at: keys)
        let mode = "high pass, \(String(repeating: "very ", count: 10))steep"
        let scaled = try store.call(
            scale, store.load(Variable<[Double]>("Raw"), at: keys),
            store.load(Variable<Double>("Gain"), at: keys), mode)
        try store.save(scaled, as: Variable<[Double]>("Scaled"), at: keys, version: ["gain": 2.5])
        let loaded = try store.load(Variable<[Double]>("Scaled"), at: keys)
        let result = try store.call(score, loaded, store.call(mean, loaded))
        try store.save(result, as: Variable<[Double]>("Score"), at: keys)
        return fixture
    }

    private let fixture: StoreFixture
    private static let score = ["Score", "subject=1", "session=A"]

    init() throws { fixture = try Self.fixture() }

    private func run(_ arguments: [String]) throws -> Program.Result {
        let result = try fixture.stemma.run(["lineage"] + arguments, bytes: [])
        #expect(result.status == 0, "\(result)")
        return result
    }

    @Test("The family tree is short, and says once what comes twice")
    func tree() throws {
        expect(
            try run(Self.score).output,
            is: """
                Score subject=1 session=A                          7dec02206c36  score 1
                ├─ signal: Scaled subject=1 session=A gain=2.5     c638697ebba2  scale 2  mode="high pass, very very very very very ver...
                │  ├─ signal: Raw subject=1 session=A              fb4c2491227e  data
                │  └─ gain: Gain subject=1 session=A               686513ed9123  data
                └─ mean: (not saved)                               f0b5c2c2211c  mean 1
                   └─ signal: Scaled subject=1 session=A gain=2.5  c638697ebba2  scale 2  (see above)

                """)
    }

    @Test("Deep trees go on at the margin, and what is used twice is not told twice")
    func deep() throws {
        let add = Thunk("add", version: "1", parameters: ["a", "b"], module: "Tools") {
            (a: Double, b: Double) in (a + b) / 2
        }
        let store = try Store.open(fixture.path("results"))
        let state = Variable<Double>("State")
        try store.save(1, as: state, at: ["subject": 0])
        for step in 1...40 {
            let last = try store.load(state, at: ["subject": .integer(step - 1)])
            try store.save(store.call(add, last, last), as: state, at: ["subject": .integer(step)])
        }
        let lines = try run(["State", "subject=40"]).lines
        // Each of 40 calls has two lines below it; where a branch goes on at the margin, its first is there again.
        #expect(lines.count == 1 + 80 + 2)
        #expect(lines.filter { $0.hasSuffix("(see above)") }.count == 37)
        #expect(lines.filter { $0.hasSuffix("(see below)") }.count == 4)
        #expect(lines.allSatisfy { $0.count < 110 })
    }

    @Test("Where the depth ends is marked")
    func depth() throws {
        expect(
            try run(Self.score + ["--depth", "1"]).output,
            is: """
                Score subject=1 session=A                       7dec02206c36  score 1
                ├─ signal: Scaled subject=1 session=A gain=2.5  c638697ebba2  scale 2  mode="high pass, very very very very very ver...
                │  └─ ... 2 inputs beyond --depth
                └─ mean: (not saved)                            f0b5c2c2211c  mean 1
                   └─ ... 1 input beyond --depth

                """)
        expect(
            try run(Self.score + ["--depth", "0"]).output,
            is: """
                Score subject=1 session=A       7dec02206c36  score 1
                └─ ... 2 inputs beyond --depth

                """)
    }

    @Test("Without an address it is the pipeline")
    func pipeline() throws {
        expect(
            try run([]).output,
            is: """
                Gain                                          1 record of data
                Raw                                           1 record of data
                Gain, Raw       ->  scale 2  ->  Scaled       1 record
                Scaled          ->  mean 1   ->  (not saved)  1 call
                Scaled, mean 1  ->  score 1  ->  Score        1 record

                """)
    }

    @Test("Downstream lists records with the steps to them")
    func downstream() throws {
        expect(
            try run(["Raw", "subject=1", "session=A", "--downstream"]).output,
            is: """
                Scaled subject=1 session=A gain=2.5  c638697ebba2  1 step
                Score subject=1 session=A            7dec02206c36  2 steps

                """)
        #expect(try run(Self.score + ["--downstream"]).output == "nothing was made from it\n")
        expect(
            try run(["Raw", "subject=1", "session=A", "--downstream", "--depth", "1"]).output,
            is: """
                Scaled subject=1 session=A gain=2.5  c638697ebba2  1 step
                1 more beyond --depth

                """)
    }

    @Test("--json and --format json are the same: documented nodes, edges and a summary, nothing cut")
    func json() throws {
        for arguments in [
            Self.score, [], ["Raw", "subject=1", "session=A", "--downstream"], Self.score + ["--depth", "0"],
        ] {
            let lines = try run(arguments + ["--json"]).lines
            #expect(try run(arguments + ["--format", "json"]).lines == lines)
            #expect(lines.last?.hasPrefix(#"{"kind":"summary""#) == true)
            try Documented.check(lines)
        }
        let lines = try run(Self.score + ["--json"]).lines
        #expect(lines.count == 5 + 5 + 1)
        #expect(lines.contains { $0.contains("very steep") })
        #expect(lines.contains(#"{"kind":"edge","from":3,"name":"signal","position":0,"to":1}"#))
        #expect(lines.last == #"{"kind":"summary","cut":0,"edges":5,"nodes":5,"unreadable":0}"#)
        // An error is an object too, as --json makes it.
        let failed = try fixture.stemma("lineage", "Nothing", "--format", "json")
        #expect(failed.status == 1 && failed.output.hasPrefix(#"{"kind":"error""#))
    }

    @Test("Graphviz and Mermaid have every node and every argument")
    func diagrams() throws {
        let dot = try run(Self.score + ["--format", "dot"]).output
        #expect(dot.hasPrefix("digraph stemma {"))
        #expect(dot.contains(#"n0 [label="Score\nsubject=1 session=A\n7dec02206c36\nscore 1"];"#))
        #expect(dot.contains("  n1 -> n2 [label=\"signal\"];\n"))
        expect(
            try run(["--format", "mermaid"]).output,
            is: """
                flowchart TD
                  n0[("Gain<br>1 record")]
                  n1[("Raw<br>1 record")]
                  n2["Scaled<br>1 record"]
                  n3["Score<br>1 record"]
                  n4(["mean 1<br>1 call"])
                  n5(["scale 2<br>1 call"])
                  n6(["score 1<br>1 call"])
                  n2 -->|"signal"| n4
                  n0 -->|"gain"| n5
                  n1 -->|"signal"| n5
                  n2 -->|"signal"| n6
                  n4 -->|"mean"| n6
                  n5 --> n2
                  n6 --> n3

                """)
    }

    @Test("SVG is drawn by dot; where it is not installed, a hint says so")
    func svg() throws {
        if (try? StockTool.output("which", "dot")) == nil {
            print("SKIPPED: Graphviz is not installed; SVG was not drawn")
        } else {
            let svg = try run(Self.score + ["--format", "svg"]).output
            #expect(svg.contains("<svg") && svg.contains("Score"))
        }
        let without = try fixture.stemma.with(["PATH": Program.folder])
            .run(["lineage", "--format", "svg"], bytes: [])
        #expect(without.status == 1)
        #expect(without.errors.contains("hint: install Graphviz (apt-get install graphviz)"))
        #expect(without.output.isEmpty)
    }

    @Test("At a commit it is the record of then, whatever has become of it since")
    func commits() throws {
        let before = try run(Self.score).output
        try fixture.run("commit", "-m", "first")
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "[4]")
        try fixture.run("remove", "Score", "subject=1")
        #expect(try fixture.stemma.run(["lineage"] + Self.score, bytes: []).status == 1)
        #expect(try run(Self.score + ["--at", "HEAD"]).output == before)
    }

    @Test("An edit by hand is told with its reason, and with what was edited below it")
    func edit() throws {
        let store = try Store.open(fixture.path("results"))
        let (gain, keys) = (Variable<Double>("Gain"), ["subject": 1, "session": "A"] as Keys)
        let edited = try store.edited(3, of: store.load(gain, at: keys), reason: "a slip of the \u{1B} pen")
        try store.save(edited, as: gain, at: keys)
        expect(
            try run(["Gain", "subject=1", "session=A"]).output,
            is: """
                Gain subject=1 session=A             1121cfccd591  edited by hand: a slip of the \\u{1b} pen
                └─ edited: Gain subject=1 session=A  686513ed9123  data

                """)
    }

    @Test("A lineage record that is missing is said to be, and is no error")
    func missing() throws {
        try FileManager.default.removeItem(atPath: fixture.path("results/objects/packs"))
        expect(
            try run(Self.score).output,
            is: "Score subject=1 session=A  7dec02206c36  its lineage record is missing\n")
        #expect(try run(["--format", "dot"]).output.contains("1 of unreadable lineage"))
        let lines = try run(Self.score + ["--json"]).lines
        #expect(lines.first?.contains(#""origin":"missing""#) == true)
        try Documented.check(lines)
        let raw = ["Raw", "subject=1", "session=A", "--downstream"]
        #expect(try run(raw).output == "nothing was made from it; of 2 records it is not known\n")
    }

    @Test("A lineage record that is missing in the middle ends its branch, and no other")
    func missingBelow() throws {
        let keys: Keys = ["subject": 1, "session": "A"]
        let scaled = Address(variable: "Scaled", keys: keys, version: ["gain": 2.5])
        let lineage = try #require(
            try Store.open(fixture.path("results")).workTree.record(at: scaled).lineage)
        let folder = fixture.path("results/objects/packs")
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let name = try #require(Digest(hex: String(file.prefix(64))))
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
            if try PackReader(name: name, bytes: bytes).entries.contains(where: { $0.digest == lineage }) {
                try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
            }
        }
        expect(
            try run(Self.score).output,
            is: """
                Score subject=1 session=A                          7dec02206c36  score 1
                ├─ signal: Scaled subject=1 session=A gain=2.5     c638697ebba2  its lineage record is missing
                └─ mean: (not saved)                               f0b5c2c2211c  mean 1
                   └─ signal: Scaled subject=1 session=A gain=2.5  c638697ebba2  its lineage record is missing

                """)
    }

    @Test("A page opens in a browser, without a network, and has every node in drawing and table")
    func page() throws {
        let made = try run(Self.score + ["--html", "score.html"])
        #expect(made.errors.hasPrefix("wrote "))
        let html = try fixture.read("score.html")
        #expect(try run(Self.score + ["--html", "again.html"]).status == 0)
        #expect(try fixture.read("again.html") == html)
        #expect(!html.contains(fixture.directory.path), "a page names no place of the machine")
        let names = ["chromium", "chromium-browser", "google-chrome"]
        guard let browser = names.first(where: { (try? StockTool.output("which", $0)) != nil }) else {
            print("SKIPPED: no Chromium is installed; the page was not opened")
            return
        }
        let seen = String(
            decoding: try StockTool.output(
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
                "file://\(fixture.path("score.html"))"), as: UTF8.self)
        #expect(seen.contains("<svg class=\"graph\""))
        #expect(seen.matches(of: #/<g class="node /#).count == 5)
        #expect(seen.matches(of: #/<tr id="n/#).count == 5)
        #expect(seen.contains("<title>Lineage of Score subject=1 session=A</title>"))
        #expect(try run(["--html", "pipeline.html"]).status == 0)
        #expect(try fixture.read("pipeline.html").contains("<h1>Pipeline</h1>"))
    }

    @Test("Words that do not go together are wrong usage")
    func usage() throws {
        for arguments in [
            ["--downstream"], ["--depth", "1"], ["--format", "png"],
            Self.score + ["--format", "dot", "--json"],
            Self.score + ["--format", "dot", "--html", "x.html"], Self.score + ["--depth", "-1"],
        ] {
            #expect(try fixture.stemma.run(["lineage"] + arguments, bytes: []).status == 2, "\(arguments)")
        }
    }
}
