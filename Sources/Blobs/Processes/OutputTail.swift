internal import CSystem
internal import Glibc

/// The end of what a program writes to a stream.
final class OutputTail {
    /// The program's end of the pipe.
    private(set) var writing: Int32
    private(set) var reading: Int32
    private var bytes: [UInt8] = []

    private static let limit = 16 << 10
    private static let lineLimit = 20

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else {
            throw StemmaError.system("make a pipe for", "a program", errno)
        }
        (reading, writing) = (ends[0], ends[1])
        // Of the two ends only ours is not to wait: programs expect a pipe that does.
        _ = fcntl(writing, F_SETFL, 0)
    }

    deinit {
        closeWriting()
        if reading >= 0 { close(reading) }
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// The last lines, without an unfinished first one.
    var lastLines: String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).suffix(Self.lineLimit).joined(separator: "\n")
    }

    /// Reads what there is, and waits a moment when there is nothing.
    static func read(_ streams: [OutputTail], milliseconds: Int32) {
        let open = streams.filter { $0.reading >= 0 }
        var polled = open.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return }
        for (stream, polled) in zip(open, polled) where polled.revents != 0 { stream.readAvailable() }
    }

    func readAvailable() {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        // A program that never stops writing is not to keep us from looking at the clock.
        for _ in 0..<16 {
            let count = Glibc.read(reading, &chunk, chunk.count)
            if count > 0 {
                bytes += chunk[..<count]
                if bytes.count > 4 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
            } else if count == 0 || errno != EAGAIN && errno != EINTR {
                close(reading)
                reading = -1
                return
            } else {
                return
            }
        }
    }
}
