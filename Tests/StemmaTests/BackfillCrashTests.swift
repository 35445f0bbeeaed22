import Stemma
import StemmaBlobs
import TestSupport
import Testing

@Suite("A backfill that is cut off at any writing call")
struct BackfillCrashTests {
    private typealias Study = BackfillFixture

    private func backfill(_ store: Store) throws {
        _ = try store.backfill("Score", inferring: BackfillRules("low", "butter_bandpass", "low"))
    }

    @Test(
        "Leaves all records as they were, or all with their versions; an error leaves them as they were",
        arguments: [0, 1])
    func everyCall(kind: Int) throws {
        let fault: FaultInjector.Fault = kind == 0 ? .crash : .diskFull
        let model = try Study()
        let before = try model.versions("Score")
        let (result, calls) = FileSystem.faults.run(under: model.fixture.git.directory) {
            try backfill(model.store)
        }
        try result.get()
        let after = try model.versions("Score")
        #expect(before != after && calls > 5)
        for call in 1...calls {
            let study = try Study()
            let head = try study.head()
            let store = try study.fixture.reopened()
            let (result, _) = FileSystem.faults.run(
                under: study.fixture.git.directory, failing: call, with: fault
            ) {
                try backfill(store)
            }
            let again = try study.fixture.recovered()
            let state = try study.versions("Score", in: again.workTree)
            if case .success = result {
                #expect(state == after, "call \(call) of \(calls)")
            } else if kind == 1 {
                // A process that goes on says the truth.
                #expect(state == before, "call \(call) of \(calls)")
                #expect(try study.head() == head, "call \(call) of \(calls)")
            } else {
                #expect(state == before || state == after, "call \(call) of \(calls)")
            }
            #expect(try again.check(deep: true).findings.isEmpty, "call \(call) of \(calls)")
            _ = try again.commit("after")
            #expect(try study.fixture.git("status", "--porcelain") == "", "call \(call) of \(calls)")
            try backfill(again)
            #expect(try study.versions("Score", in: again.workTree) == after, "call \(call) of \(calls)")
        }
    }
}
