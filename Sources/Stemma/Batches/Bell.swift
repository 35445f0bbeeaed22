import Glibc

/// Lets threads wait until something may have changed, without asking again and again.
final class Bell: @unchecked Sendable {
    // Unchecked: the first two are made once, and are the system's to share; they guard the third.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var rings = 0

    init() {
        pthread_mutex_init(mutex, nil)
        // Whoever sets the clock does not make anybody wait.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// How often it has rung: what is read before a look, so that nothing that happens during the look is missed.
    var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return rings
    }

    /// Wakes all who wait.
    func ring() {
        pthread_mutex_lock(mutex)
        rings += 1
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits until it has rung again since `count` was read, or for so many seconds.
    func wait(since count: Int, seconds: Double) {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = deadline.tv_nsec + Int(seconds * 1e9)
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while rings == count {
            if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { return }
        }
    }
}
