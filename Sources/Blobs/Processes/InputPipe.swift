internal import Glibc

/// The pipe that a program reads from.
final class InputPipe {
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
