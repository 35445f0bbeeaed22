import Glibc
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
        // Of this thread: what else the machine does is no matter.
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        }
        let start = now()
        for subject in 1...100 {
            let address = Address(variable: rate.name, keys: ["subject": .number(Double(subject))])
            let error = #expect(throws: StemmaError.self) { try view.record(ofMany: address) }
            #expect(error?.message.hasSuffix("records of \(rate.name) have session, too") == true)
        }
        #expect(now() - start < 0.5, "some 0.06 seconds; one question for each partition takes 1.5")
    }
}
