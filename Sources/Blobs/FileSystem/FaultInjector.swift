internal import Glibc
internal import Synchronization

/// Makes chosen writing system calls fail, so that every path an error can take is a test.
///
/// A fault belongs to a directory, because tests run in parallel in one process. While no fault is set, a
/// writing call costs one relaxed load of an atomic.
package final class FaultInjector: Sendable {
    /// What happens to the chosen call.
    package enum Fault: Sendable {
        /// The call fails with this errno and has no effect.
        case error(Int32)
        /// A write writes half of its bytes and says so; any other call is not disturbed.
        case shortWrite
        /// This call and every later one fail without effect: the disk stays as a kill at this point leaves it.
        case crash

        /// The call fails as it does when no space is left.
        package static var diskFull: Fault { .error(ENOSPC) }
    }

    private struct Plan {
        let identifier: Int
        let directory: String
        let failing: Int?
        let fault: Fault
        var calls = 0
    }

    private struct State {
        var plans: [Plan] = []
        var next = 0
    }

    private let active = Atomic<Int>(0)
    private let state = Mutex(State())

    init() {}

    /// Runs `body` while the writing call number `call` (from 1) on paths under `directory` fails.
    ///
    /// - Parameter call: nil to let every call pass and only count them.
    /// - Returns: what `body` returned or threw, and how many writing calls it made under `directory`.
    package func run<T>(
        under directory: String, failing call: Int? = nil, with fault: Fault = .diskFull,
        _ body: () throws -> T
    ) -> (result: Result<T, any Error>, calls: Int) {
        let identifier = state.withLock { state in
            state.next += 1
            state.plans.append(
                Plan(identifier: state.next, directory: directory, failing: call, fault: fault))
            return state.next
        }
        active.add(1, ordering: .sequentiallyConsistent)
        let result = Result(catching: body)
        active.subtract(1, ordering: .sequentiallyConsistent)
        let calls = state.withLock { state in
            let plan = state.plans.first { $0.identifier == identifier }
            state.plans.removeAll { $0.identifier == identifier }
            return plan?.calls ?? 0
        }
        return (result, calls)
    }

    /// What is to happen to a writing call on `path`, which is counted by being asked for.
    @inline(__always)
    func fault(on path: String) -> Fault? {
        active.load(ordering: .relaxed) == 0 ? nil : plannedFault(on: path)
    }

    private static func isPath(_ path: String, under directory: String) -> Bool {
        guard path.utf8.starts(with: directory.utf8) else { return false }
        let rest = path.utf8.dropFirst(directory.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    private func plannedFault(on path: String) -> Fault? {
        state.withLock { state in
            var found: Fault?
            for position in state.plans.indices {
                guard Self.isPath(path, under: state.plans[position].directory) else { continue }
                state.plans[position].calls += 1
                let plan = state.plans[position]
                guard let failing = plan.failing else { continue }
                if case .crash = plan.fault {
                    if plan.calls >= failing { found = plan.fault }
                } else if plan.calls == failing {
                    found = plan.fault
                }
            }
            return found
        }
    }
}
