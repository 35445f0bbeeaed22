import Stemma
import TestSupport
import Testing

@Suite("Names of functions and types that are no identifiers")
struct NameTests {
    @Test("Such functions are thunks, and lineage calls them by their names")
    func calls() throws {
        let directory = try TemporaryDirectory()
        let store = try Store.create(at: directory.file("results"), keys: []).store
        #expect(try store.call(Outer.Plain.tripled, 2).value == 6)
        #expect(try store.call(Outer.Inner<Int>.described, 2).value == "Inner<Int> 2")
        #expect(try store.call([Int].repeated, 2).value == [2, 2])
        #expect(try store.call(Settings.shifted, 2).value == 6)
        #expect(try store.call(`two words`, 2).value == 4)
        #expect(try store.call(größe, 2).value == 2)
        #expect(Outer.Plain.tripled.name == "Outer.Plain.tripled")
        #expect(`two words`.name == "two words")
    }
}
