internal import CSystem
internal import Glibc

/// A program that is fed lines while it answers lines, one thread doing both, so that neither waits for the other.
package final class ConversingProcess {
    private let group: ProcessGroup
    private let input: InputPipe
    private let output: LinePipe
    private let errors: OutputTail

    /// What a conversation came to.
    package struct Outcome {
        package let ending: ChildProcess.Ending
        /// Whether it was fed all that there was.
        package let hasReadAll: Bool
    }

    /// Starts a program; no shell is between. The parameters are those of `ChildProcess`.
    ///
    /// - Parameter largestLine: the longest line that it may answer, in bytes.
    /// Throws `.system` with the errno when the system does not start it.
    package init(
        _ path: String, _ words: [String], environment: [String: String], otherEnvironment: [[UInt8]] = [],
        directory: String, largestLine: Int
    ) throws {
        input = try InputPipe()
        output = try LinePipe(limit: largestLine, program: words.first ?? path)
        errors = try OutputTail()
        group = try ProcessGroup(
            path, words, environment: environment, otherEnvironment: otherEnvironment, directory: directory,
            input: input.reading, output: output.writing, errors: errors.writing)
        input.closeReading()
        output.closeWriting()
        errors.closeWriting()
    }

    /// Feeds the program and takes what it answers, until it ends.
    ///
    /// At most 64 KiB are asked for ahead of what the program has read.
    ///
    /// - Parameters:
    ///   - next: appends the next line, with its line end, and says whether there was one.
    ///   - take: is given each line, without its line end; also a last one that has none.
    ///   - limit, isStopped, isHurried: as those of `ChildProcess.wait`.
    /// Throws what `next` and `take` throw, and `.tooLarge` for a line above the limit; the program and all that it
    /// has started have ended then too.
    package func converse(
        limit: Double?, isStopped: () -> Bool, isHurried: () -> Bool = { false },
        next: (inout [UInt8]) throws -> Bool, take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Outcome {
        var watch = ProcessWatch(limit: limit)
        do {
            while true {
                if watch.forced == nil { try input.fill(next) }
                wait(milliseconds: 20)
                input.write()
                readErrors()
                try output.read(take)
                if group.hasEnded { break }
                watch.look(at: group, isStopped, isHurried)
            }
            // What it wrote before it ended is there; what others that hold the pipe may still write is not waited for.
            readErrors()
            for _ in 0..<32 { if try !output.read(take) { break } }
            if watch.forced == nil { try output.finish(take) }
        } catch {
            watch.force(.interrupted, group)
            _ = watch.finish(group)
            readErrors()
            throw error
        }
        return Outcome(ending: watch.finish(group), hasReadAll: input.isFinished)
    }

    /// The last that the program wrote to standard error.
    package var lastLines: String { errors.lastLines }

    private func readErrors() {
        if errors.reading >= 0 { errors.readAvailable() }
    }

    /// Waits a moment until there is something to read, or room to write.
    private func wait(milliseconds: Int32) {
        var polled: [pollfd] = []
        for descriptor in [output.reading, errors.reading] where descriptor >= 0 {
            polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        if input.hasMore { polled.append(pollfd(fd: input.writing, events: Int16(POLLOUT), revents: 0)) }
        poll(&polled, nfds_t(polled.count), milliseconds)
    }
}

/// The pipe that a program reads from.
private final class InputPipe {
    private(set) var reading: Int32
    private(set) var writing: Int32
    private var buffer: [UInt8] = []
    private var written = 0
    private var isAtEnd = false
    /// Whether the program has closed its end.
    private var isBroken = false

    private static let ahead = 64 << 10

    init() throws {
        (reading, writing) = try makePipe()
        // Of the two ends only ours is not to wait: programs expect a pipe that does.
        _ = fcntl(reading, F_SETFL, 0)
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    private func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    var hasMore: Bool { writing >= 0 && written < buffer.count }

    /// Whether all that there was is in the pipe.
    var isFinished: Bool { isAtEnd && written == buffer.count }

    /// Asks for more when what there was is in the pipe.
    func fill(_ next: (inout [UInt8]) throws -> Bool) throws {
        if hasMore || isAtEnd || isBroken { return }
        buffer.removeAll(keepingCapacity: true)
        written = 0
        while buffer.count < Self.ahead, !isAtEnd { isAtEnd = try !next(&buffer) }
        if buffer.isEmpty { closeWriting() }
    }

    /// Writes as much as there is room for.
    func write() {
        while hasMore {
            let count = buffer.withUnsafeBytes { bytes in
                writeWithoutSignal(writing, UnsafeRawBufferPointer(rebasing: bytes[written...]))
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN || errno == EINTR {
                return
            } else {
                // It reads no more, which may be all right: what it answers tells.
                isBroken = true
                closeWriting()
            }
        }
        if isAtEnd { closeWriting() }
    }
}

/// The pipe that a program writes lines to.
private final class LinePipe {
    private(set) var reading: Int32
    private(set) var writing: Int32
    private var line: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 64 << 10)
    private let limit: Int
    private let program: String

    init(limit: Int, program: String) throws {
        self.limit = limit
        self.program = program
        (reading, writing) = try makePipe()
        _ = fcntl(writing, F_SETFL, 0)
    }

    deinit {
        closeWriting()
        closeReading()
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    private func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    /// Reads what there is, but not for so long that nobody looks at the clock; whether there was anything.
    @discardableResult
    func read(_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        guard reading >= 0 else { return false }
        let count = Glibc.read(reading, &chunk, chunk.count)
        if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { closeReading() }
        guard count > 0 else { return false }
        try chunk.withUnsafeBytes { bytes in
            var rest = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let part = UnsafeRawBufferPointer(rebasing: rest[..<end])
                rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
                if line.isEmpty {
                    try check(part.count)
                    try take(part)
                } else {
                    try append(part)
                    try line.withUnsafeBytes(take)
                    line.removeAll(keepingCapacity: true)
                }
            }
            try append(rest)
        }
        return true
    }

    /// Hands out a last line without a line end.
    func finish(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        if !line.isEmpty { try line.withUnsafeBytes(take) }
        line = []
    }

    private func append(_ part: UnsafeRawBufferPointer) throws {
        try check(line.count + part.count)
        line += part
    }

    private func check(_ count: Int) throws {
        guard count <= limit else {
            throw StemmaError.tooLarge(
                "a line that \(program) has written", limit: limit, found: UInt64(count))
        }
    }
}

/// Both ends of a pipe that no program inherits, neither of which waits: for reading and for writing.
private func makePipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else {
        throw StemmaError.system("make a pipe for", "a program", errno)
    }
    return (ends[0], ends[1])
}

/// Writes to a pipe; a reader that is gone is `EPIPE`, and no signal that would end this process.
private func writeWithoutSignal(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    var broken = sigset_t()
    sigemptyset(&broken)
    sigaddset(&broken, SIGPIPE)
    var before = sigset_t()
    var pending = sigset_t()
    sigpending(&pending)
    pthread_sigmask(SIG_BLOCK, &broken, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    let number = errno
    if count < 0, number == EPIPE, sigismember(&pending, SIGPIPE) == 0 {
        var none = timespec()
        while sigtimedwait(&broken, nil, &none) < 0, errno == EINTR {}
    }
    errno = number
    return count
}
