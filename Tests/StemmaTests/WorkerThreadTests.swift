import Synchronization
import Testing

@testable import Stemma

@Suite("Threads for work that blocks")
struct WorkerThreadTests {
    private final class Seen: Sendable {
        private let numbers = Mutex<[Int]>([])
        func add(_ number: Int) { numbers.withLock { $0.append(number) } }
        var all: [Int] { numbers.withLock { $0 } }
    }

    @Test("Each of them has a number of its own")
    func numbers() {
        let seen = Seen()
        WorkerThreads.run(4) { seen.add($0) }
        #expect(seen.all.sorted() == [0, 1, 2, 3])
    }

    @Test("Where the system has no thread to spare, all work is done on this one, the work before the watch")
    func none() {
        let seen = Seen()
        WorkerThreads.run(4, start: { _ in nil }) { seen.add($0) }
        #expect(seen.all == [1, 0])
    }

    @Test("Where it has fewer than were asked for, those do the work")
    func fewer() {
        let seen = Seen()
        WorkerThreads.run(4, start: { $0.number == 1 ? WorkerThreads.start($0) : nil }) { seen.add($0) }
        #expect(seen.all.sorted() == [0, 1])
    }
}
