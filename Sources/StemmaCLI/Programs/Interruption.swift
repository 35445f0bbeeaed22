import Glibc
import Synchronization

/// Signals that ask the program to end, while it has work that must not be cut off.
///
/// The first one asks for an orderly end, the second for a quick one; a third ends the program on the spot.
enum Interruption {
    private static let signal = Atomic<Int32>(0)
    private static let count = Atomic<Int32>(0)
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Whether somebody wants the program to end.
    static var isWanted: Bool { signal.load(ordering: .relaxed) != 0 }

    /// Whether it was asked for twice.
    static var isUrgent: Bool { count.load(ordering: .relaxed) > 1 }

    /// Whether it was asked for twice, or so long ago that nothing more is to be waited for.
    static var isOverdue: Bool {
        let first = since.load(ordering: .relaxed)
        return isUrgent || first != 0 && now() - first >= patience
    }

    private static let since = Atomic<Int>(0)
    /// In seconds. Programs that run have two to end; then what they computed is saved.
    private static let patience = 10

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec
    }

    /// From here on signals are remembered. A reader of results that goes away is no reason to stop working, either.
    static func listen() {
        // Made before a signal handler needs it.
        signal.store(0, ordering: .relaxed)
        count.store(0, ordering: .relaxed)
        since.store(0, ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            Interruption.signal.store(number, ordering: .relaxed)
            let before = Interruption.count.add(1, ordering: .relaxed).oldValue
            guard before > 0 else {
                return Interruption.since.store(max(1, Interruption.now()), ordering: .relaxed)
            }
            // One by one: a list would be made in memory, which a signal handler must not do.
            Glibc.signal(SIGINT, SIG_DFL)
            Glibc.signal(SIGTERM, SIG_DFL)
            Glibc.signal(SIGHUP, SIG_DFL)
            Glibc.signal(SIGQUIT, SIG_DFL)
        }
        action.sa_flags = SA_RESTART
        for signal in signals {
            var before = sigaction()
            sigaction(signal, nil, &before)
            // nohup, and shells that start something in the background, want it to be ignored.
            let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
            if unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) != ignored {
                sigaction(signal, &action, nil)
            }
        }
        // Whoever started this program may have blocked them, as threads of many libraries do.
        var heard = sigset_t()
        sigemptyset(&heard)
        for signal in signals { sigaddset(&heard, signal) }
        pthread_sigmask(SIG_UNBLOCK, &heard, nil)
        Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// Ends the program as the signal would have, so that the shell that started it knows: a loop ends, too.
    static func obey() {
        let wanted = signal.load(ordering: .relaxed)
        guard wanted != 0 else { return }
        Glibc.signal(wanted, SIG_DFL)
        raise(wanted)
    }
}
