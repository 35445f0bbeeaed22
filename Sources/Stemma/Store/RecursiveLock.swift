import Glibc
import Synchronization

/// A mutex that the thread which holds it may take again.
final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    /// How often the thread that holds it has taken it, and which one that is; written by that one alone.
    private let depth = Atomic<Int>(0)
    private let holder = Atomic<UInt>(0)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func withLock<T>(_ body: () throws -> T) rethrows -> T {
        pthread_mutex_lock(mutex)
        if depth.add(1, ordering: .relaxed).newValue == 1 { holder.store(Self.thread, ordering: .relaxed) }
        defer {
            if depth.subtract(1, ordering: .relaxed).newValue == 0 { holder.store(0, ordering: .relaxed) }
            pthread_mutex_unlock(mutex)
        }
        return try body()
    }

    /// Whether this thread may take it without waiting for itself.
    var isHeldByThisThread: Bool { holder.load(ordering: .relaxed) == Self.thread }

    private static var thread: UInt { UInt(pthread_self()) }
}
