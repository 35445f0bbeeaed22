import StemmaBlobs
import Testing

@testable import StemmaLineage

@Suite("Former names")
struct FormerNamesTests {
    private func names(_ renamings: (String, String)...) -> FormerNames {
        FormerNames(renamings.map { (kind: .function, from: $0.0, to: $0.1) })
    }

    @Test("What was renamed twice has its last name, whatever the order of the lines")
    func chain() {
        for names in [names(("a", "b"), ("b", "c")), names(("b", "c"), ("a", "b"))] {
            #expect(names.current(.function, "a") == "c")
            #expect(names.current(.function, "b") == "c")
            #expect(names.current(.function, "c") == "c")
            #expect(names.current(.variable, "a") == "a")
            #expect(names.others(.function, than: "c") == ["a", "b"])
            #expect(names.others(.function, than: "a") == ["b", "c"])
            #expect(names.others(.function, than: "d") == [])
        }
    }

    @Test("A circle, as two branches make it, ends")
    func circle() {
        let names = names(("a", "b"), ("b", "a"))
        #expect(names.current(.function, "a") == "b")
        #expect(names.current(.function, "b") == "a")
    }

    @Test("Of two new names the first counts, and both are told")
    func doubtful() throws {
        let names = names(("a", "c"), ("a", "b"))
        #expect(names.current(.function, "a") == "b")
        let doubtful = try #require(names.doubtful.first)
        #expect(doubtful.name == "a" && doubtful.to == ["b", "c"])
    }

    @Test("A function record under another name differs in its name and in that of its own part")
    func record() {
        let parts = ["a", "g"].map {
            FunctionRecord.Part(kind: $0 == "a" ? "thunk" : "function", name: $0, digest: Digest.of([1]))
        }
        let record = FunctionRecord(
            language: "swift", module: "m", name: "a", basis: .derived(parts), parameters: [],
            outputs: ["Int"])
        let renamed = record.named("b")
        #expect(renamed.name == "b" && renamed.parts.map(\.name) == ["b", "g"])
        #expect(renamed.named("a") == record)
    }
}
