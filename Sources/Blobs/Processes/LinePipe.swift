internal import CSystem
internal import Glibc

/// The pipe that a program writes lines to.
final class LinePipe {
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
func makePipe() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else {
        throw StemmaError.system("make a pipe for", "a program", errno)
    }
    return (ends[0], ends[1])
}
