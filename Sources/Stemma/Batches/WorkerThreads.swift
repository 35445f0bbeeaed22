import Glibc
import StemmaBlobs

/// Threads of our own for work that blocks: a function that computes for minutes, or a program that is waited for, is
/// not to hold up the threads that Swift's tasks share.
enum WorkerThreads {
    final class Work: Sendable {
        let body: @Sendable (Int) -> Void
        let number: Int

        init(_ number: Int, _ body: @escaping @Sendable (Int) -> Void) {
            (self.number, self.body) = (number, body)
        }
    }

    /// A function's own recursion may be deep: as much as the main thread has.
    private static let stackSize = 8 << 20

    /// The number of processors that this process may use.
    static var cores: Int { Processors.available }

    /// Runs `body` on `count` threads and waits for all of them. Fewer run when the system has no more.
    ///
    /// - Parameter start: makes a thread; `nil` when there is none to be had.
    static func run(
        _ count: Int, start: (Work) -> pthread_t? = start, _ body: @escaping @Sendable (Int) -> Void
    ) {
        let threads = (1..<max(1, count)).compactMap { start(Work($0, body)) }
        // Where there are none, what they would have done is done first: the first one may wait for them.
        if threads.isEmpty, count > 1 { body(1) }
        body(0)
        for thread in threads { pthread_join(thread, nil) }
    }

    /// Runs `body` on a thread that nobody waits for; on this one when the system has no more.
    static func start(_ body: @escaping @Sendable () -> Void) {
        if let thread = start(Work(0) { _ in body() }) { pthread_detach(thread) } else { body() }
    }

    static func start(_ work: Work) -> pthread_t? {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work)
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.body(work.number)
                return nil
            }, argument.toOpaque())
        if status == 0 { return thread }
        argument.release()
        return nil
    }
}
