import Foundation
import Stemma
import TestSupport
import Testing

@Suite("Why records differ, for people and programs")
struct CauseTests {
    /// Two branches: on the second one a constant, the version of a function and data are others, and an older result
    /// of a third subject is there without its lineage.
    private func branches() throws -> StoreFixture {
        let fixture = try StoreFixture(keys: ["subject:integer"])
        let store = try Store.open(fixture.path("results"))
        let (raw, scaled, score) = (
            Variable<Double>("Raw"), Variable<Double>("Scaled"), Variable<Double>("Score")
        )
        func run(_ factor: Double, _ version: String, _ values: [Double]) throws {
            let scale = Thunk("scale", version: "1", parameters: ["value", "factor"], module: "Tools") {
                (value: Double, factor: Double) in value * factor
            }
            let assess = Thunk("assess", version: version, parameters: ["value"], module: "Tools") {
                (value: Double) in value + 1
            }
            for (index, value) in values.enumerated() {
                let keys: Keys = ["subject": .integer(index + 1)]
                try store.save(value, as: raw, at: keys)
                let result = try store.call(scale, store.load(raw, at: keys), factor)
                try store.save(result, as: scaled, at: keys, version: ["factor": .number(factor)])
                try store.save(store.call(assess, result), as: score, at: keys)
            }
        }
        try run(2, "1", [1, 2])
        try fixture.run("commit", "-m", "first")
        try fixture.git("switch", "-q", "-c", "tuning")
        try run(3, "2", [1, 5])
        try fixture.run("commit", "-m", "second")
        return fixture
    }

    @Test("Totals come first, then the causes, the most consequential first, then the records")
    func text() throws {
        let fixture = try branches()
        let shown = try fixture.run("diff", "main..tuning").output
        let expected = """
            2 added, 3 changed, 3 unchanged

            causes
              constant  factor of scale  2 -> 3  2 direct  2 downstream  Scaled subject=1 factor=3
              data      Raw subject=2    2 -> 5  1 direct  2 downstream
              function  assess           1 -> 2  2 direct                Score subject=1

            Raw
            ~ subject=2  content, value  2 -> 5
            Scaled
            + subject=1 factor=3  3
            + subject=2 factor=3  15
            Score
            """
        #expect(shown.hasPrefix(expected), "\(shown)")
        let summary = try fixture.run("diff", "main..tuning", "--summary").output
        #expect(expected.hasPrefix(summary.dropLast()), "\(summary)")
        #expect(try fixture.run("diff", "main..tuning", "--stat").output.contains("Scaled  +2  ~0  -0"))
    }

    @Test("For programs causes follow the changes, and the summary says how much is not explained")
    func json() throws {
        let fixture = try branches()
        let lines = try fixture.run("diff", "main..tuning", "--json").lines
        try Documented.check(lines)
        let kinds = lines.compactMap { $0.firstMatch(of: /"kind":"(\w+)"/)?.1 }
        #expect(
            kinds == ["change", "change", "change", "change", "change", "cause", "cause", "cause", "summary"])
        #expect(
            lines[5]
                == #"{"kind":"cause","cause":"constant","direct":2,"downstream":2,"example":{"keys":{"subject":1},"variable":"Scaled","version":{"factor":3}},"from":2,"function":"scale","name":"factor","to":3}"#
        )
        #expect(lines.last?.contains(#""unexplained":0"#) == true)
    }

    @Test("Lineage that is gone is said to be, and explains nothing")
    func missing() throws {
        let fixture = try branches()
        let page = "results/records/Score/page.jsonl"
        let text = try fixture.read(page).replacing(/"lineage":"\w{8}/, with: #""lineage":"00000000"#)
        try fixture.write(page, text)
        #expect(
            try fixture.run("diff").output.contains(
                "  unexplained  lineage is missing  2 records  Score subject=1"))
        let lines = try fixture.run("diff", "--json", "--summary").lines
        try Documented.check(lines)
        #expect(lines.first?.contains(#""reason":"missing-lineage","records":2"#) == true)
        #expect(lines.last?.contains(#""unexplained":2"#) == true)
    }

    @Test("Data that nothing was made from are one row")
    func quiet() throws {
        let fixture = try StoreFixture(keys: ["subject:integer"])
        for value in ["1", "2"] {
            for subject in 1...3 { try fixture.run("save", "V", "subject=\(subject)", "--value", value) }
            if value == "1" { try fixture.run("commit", "-m", "first") }
        }
        #expect(
            try fixture.run("diff", "--summary").output == """
                3 changed

                causes
                  data  that nothing else was made from  3 records

                """)
        #expect(try fixture.run("diff", "--json").lines.count { $0.contains(#""kind":"cause""#) } == 3)
    }

    @Test(
        "A page has the causes, both pipelines with marks, and the changes, and nothing in it is markup but its own"
    )
    func page() throws {
        let fixture = try branches()
        let store = try Store.open(fixture.path("results"))
        let shout = Thunk("<b>shout</b>", version: "1", parameters: ["value"], module: "Tools") {
            (value: Double) in "<script>\(value)</script>"
        }
        let keys: Keys = ["subject": 1]
        try store.save(
            store.call(shout, store.load(Variable<Double>("Raw"), at: keys)), as: Variable<String>("Shout"),
            at: keys)
        let written = try fixture.run("diff", "main", "--html", "page.html")
        #expect(written.output.isEmpty && written.errors.contains("page.html"))
        let page = try fixture.read("page.html")
        #expect(page.contains("<h1>From main to the work tree</h1>"))
        #expect(page.contains("<td>factor of scale</td><td>2 -&#62; 3</td>"))
        #expect(page.contains("&#60;b&#62;shout") && page.contains("&#60;script&#62;"))
        #expect(!page.contains("<script") && !page.contains("<b>"))
        #expect(page.contains("version 1 -&#62; 2"))
        for mark in ["cause", "changed", "added"] { #expect(page.contains("class=\"\(mark)\"")) }
        #expect(try fixture.run("diff", "main", "--html", "page.html", "--json").lines.count == 1)
        #expect(try fixture.stemma.run(["diff", "--html", "p", "--stat"], bytes: []).status == 2)
    }
}
