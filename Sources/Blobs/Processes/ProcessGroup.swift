internal import CSystem
internal import Glibc

/// A process that was started and leads a group, so that what it starts can be ended with it.
struct ProcessGroup {
    let id: pid_t

    /// How long a program that is told to end has for it, in seconds.
    static let grace = 2.0

    /// Starts a program; no shell is between.
    ///
    /// - Parameters:
    ///   - path: the file of the program.
    ///   - words: its name and arguments.
    ///   - otherEnvironment: entries that are not text.
    ///   - input: what it reads; nothing when it is `nil`.
    /// Throws `.system` with the errno when the system does not start it.
    init(
        _ path: String, _ words: [String], environment: [String: String], otherEnvironment: [[UInt8]],
        directory: String, input: Int32?, output: Int32, errors: Int32
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        posix_spawn_file_actions_addchdir_np(&actions, directory)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var id = pid_t()
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") }
        // As C strings have it: up to the first zero.
        variables += otherEnvironment.map {
            ($0 + [0]).withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.flatMap { strdup($0) } }
            }
        }
        variables.append(nil)
        defer { for pointer in arguments + variables { free(pointer) } }
        let status = posix_spawn(&id, path, &actions, &attributes, &arguments, &variables)
        guard status == 0 else { throw StemmaError.system("start", words.first ?? path, status) }
        self.id = id
    }

    func tellToEnd() { kill(-id, SIGTERM) }

    func end() { kill(-id, SIGKILL) }

    /// Whether its leader has ended; it keeps its number until it is reaped.
    var hasEnded: Bool {
        var information = siginfo_t()
        let status = waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
        return status != 0 ? errno != EINTR : information.si_signo == SIGCHLD
    }

    /// Waits until what the leader has left behind has ended. Its number stays theirs as long as one of them is there.
    func waitForOthers() {
        let start = FileSystem.now()
        while kill(-id, 0) == 0 {
            if Double(FileSystem.now() - start) / 1e9 > Self.grace {
                end()
                return
            }
            FileSystem.sleep(seconds: 0.005)
        }
    }

    /// Waits for the leader, and says how it ended.
    func reap() -> ChildProcess.Ending {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
}

/// What is looked at while a process runs, and when it has to end because of that.
struct ProcessWatch {
    let limit: Double?
    private let start = FileSystem.now()
    /// Why it was told to end, and when.
    private(set) var forced: (ending: ChildProcess.Ending, since: Int64)?

    init(limit: Double?) { self.limit = limit }

    /// Tells the group to end when it is time, and ends it when it has not.
    mutating func look(at group: ProcessGroup, _ isStopped: () -> Bool, _ isHurried: () -> Bool) {
        let now = FileSystem.now()
        if let forced {
            if isHurried() || Double(now - forced.since) / 1e9 > ProcessGroup.grace { group.end() }
        } else if isStopped() {
            force(.interrupted, group)
        } else if let limit, Double(now - start) / 1e9 > limit {
            force(.timeLimit, group)
        }
    }

    /// Tells the group to end.
    mutating func force(_ ending: ChildProcess.Ending, _ group: ProcessGroup) {
        if forced != nil { return }
        forced = (ending, FileSystem.now())
        group.tellToEnd()
    }

    /// Ends what is left of a group whose leader has ended, and says how that was.
    func finish(_ group: ProcessGroup) -> ChildProcess.Ending {
        // While its number is still its own: what it started goes with it, and has a moment for it when all went well.
        if forced == nil { group.tellToEnd() } else { group.end() }
        let ending = group.reap()
        if forced == nil { group.waitForOthers() }
        return forced?.ending ?? ending
    }
}
