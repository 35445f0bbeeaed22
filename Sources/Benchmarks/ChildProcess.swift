import Glibc

/// What a finished process took, with all that it waited for.
struct Cost {
    /// Seconds on the clock.
    var wall: Double
    /// Seconds of processor time, user and system.
    var cpu: Double
    /// Peak memory of the largest process, in bytes.
    var memory: Int
}

enum ChildProcess {
    /// Runs a program to its end; its output is thrown away. Ends this program when it fails.
    static func run(_ arguments: [String], in directory: String) -> Cost {
        // What others have left to be written is not this one's cost: it would be waited for at the first flush.
        sync()
        let start = seconds()
        let child = fork(arguments, in: directory)
        var status: Int32 = 0
        var usage = rusage()
        while wait4(child, &status, 0, &usage) < 0 && errno == EINTR {}
        let wall = seconds() - start
        guard status == 0 else {
            fail("\(arguments.joined(separator: " ")) ended with status \(status)")
        }
        return Cost(
            wall: wall, cpu: time(usage.ru_utime) + time(usage.ru_stime), memory: usage.ru_maxrss * 1024)
    }

    private static func fork(_ arguments: [String], in directory: String) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        // The child starts where its parent stands.
        guard chdir(directory) == 0 else { fail("cannot go to \(directory)") }
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        var child: pid_t = 0
        let code = posix_spawnp(&child, arguments[0], &actions, nil, pointers, environ)
        guard code == 0 else {
            fail("cannot start \(arguments[0]): \(String(cString: strerror(code)))")
        }
        return child
    }

    /// Ends the program with a message.
    static func fail(_ message: String) -> Never {
        let line = Array("benchmarks: \(message)\n".utf8)
        write(2, line, line.count)
        exit(1)
    }

    private static func time(_ value: timeval) -> Double {
        Double(value.tv_sec) + Double(value.tv_usec) / 1e6
    }

    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
