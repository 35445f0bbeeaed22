import Synchronization

/// Counts the statements that connections begin: what a test holds the cost of a question to, since time depends on what
/// else the machine does.
final class QuestionCounter: Sendable {
    private let number = Atomic(0)

    var count: Int { number.load(ordering: .relaxed) }

    func up() { number.add(1, ordering: .relaxed) }
}
