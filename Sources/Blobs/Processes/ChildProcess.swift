internal import CSystem
internal import Glibc

/// A program that was started and is waited for. It leads a process group, so that what it starts ends with it.
package final class ChildProcess {
    /// How it ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signal(Int32)
        case timeLimit
        case interrupted
    }

    private let id: pid_t
    private let output: OutputTail
    private let errors: OutputTail

    /// How long a program that is told to end has for it, in seconds.
    private static let grace = 2.0

    /// Starts a program with nothing to read; no shell is between.
    ///
    /// - Parameters:
    ///   - path: the file of the program.
    ///   - words: its name and arguments.
    ///   - otherEnvironment: entries that are not text.
    /// Throws `.system` with the errno when the system does not start it.
    package init(
        _ path: String, _ words: [String], environment: [String: String], otherEnvironment: [[UInt8]] = [],
        directory: String
    ) throws {
        output = try OutputTail()
        errors = try OutputTail()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
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
        output.closeWriting()
        errors.closeWriting()
    }

    /// Waits until it ends.
    ///
    /// - Parameters:
    ///   - limit: after how many seconds it is ended, with its process group.
    ///   - isStopped: asked several times a second; when it says so, the program is told to end, and ended when it has
    ///     not after two seconds.
    ///   - isHurried: asked likewise; when it says so, the program is ended without being told before.
    /// - Returns: how it ended, and the last that it wrote to standard error, or else to standard output.
    package func wait(
        limit: Double?, isStopped: () -> Bool, isHurried: () -> Bool = { false }
    ) -> (ending: Ending, lastLines: String) {
        let start = FileSystem.now()
        var forced: (ending: Ending, since: Int64)?
        while true {
            OutputTail.read([output, errors], milliseconds: 20)
            if hasEnded { break }
            let now = FileSystem.now()
            if let forced {
                if isHurried() || Double(now - forced.since) / 1e9 > Self.grace { kill(-id, SIGKILL) }
            } else if isStopped() {
                forced = (.interrupted, now)
            } else if let limit, Double(now - start) / 1e9 > limit {
                forced = (.timeLimit, now)
            }
            if let forced, forced.since == now { kill(-id, SIGTERM) }
        }
        // While its number is still its own: what it started goes with it, and has a moment for it when all went well.
        kill(-id, forced == nil ? SIGTERM : SIGKILL)
        OutputTail.read([output, errors], milliseconds: 0)
        let status = reap()
        if forced == nil { endGroup() }
        let ending =
            forced?.ending ?? (status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signal(status & 0x7F))
        let lines = errors.lastLines
        return (ending, lines.isEmpty ? output.lastLines : lines)
    }

    /// Whether it has ended; it keeps its number until it is reaped.
    private var hasEnded: Bool {
        var information = siginfo_t()
        let status = waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT)
        return status != 0 ? errno != EINTR : information.si_signo == SIGCHLD
    }

    /// Waits until what the program has left behind has ended. Its number stays theirs as long as one of them is there.
    private func endGroup() {
        let start = FileSystem.now()
        var pause = 0.005
        while kill(-id, 0) == 0 {
            // Whose parent has ended may have become ours, as in a container, where this is the first process.
            var status: Int32 = 0
            while waitpid(-id, &status, WNOHANG) > 0 {}
            let waited = Double(FileSystem.now() - start) / 1e9
            if waited > Self.grace {
                kill(-id, SIGKILL)
                return
            }
            // Nobody else may take note of their end either, and then they keep the number for good.
            if waited > 0.1 {
                guard ProcessGroup(id).isAlive else { return }
                pause = 0.05
            }
            FileSystem.sleep(seconds: pause)
        }
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
