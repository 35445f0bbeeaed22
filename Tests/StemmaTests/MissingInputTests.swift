import StemmaBlobs
import TestSupport
import Testing

@testable import Stemma

@Suite("Inputs that are not there")
struct MissingInputTests {
    @Test("Looking for one in vain does not take reading the variable")
    func cost() throws {
        let fixture = try StoreFixture()
        try fixture.store.transaction { transaction in
            for subject in 1...1000 {
                try transaction.save(
                    1, as: rate, at: ["subject": .number(Double(subject)), "session": "A"])
            }
        }
        let view = fixture.store.workTree
        let before = fixture.store.catalog.questions
        for subject in 1...100 {
            let address = Address(variable: rate.name, keys: ["subject": .number(Double(subject))])
            let error = #expect(throws: StemmaError.self) { try view.record(ofMany: address) }
            #expect(error?.message.hasSuffix("records of \(rate.name) have session, too") == true)
        }
        let questions = fixture.store.catalog.questions - before
        #expect(questions < 5000, "a few for each; with one for each partition it would be 1000 for each")
    }
}
