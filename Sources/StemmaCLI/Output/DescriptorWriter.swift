import Glibc
import Stemma

/// Nobody reads what is written any more; the command ends without a word about it.
struct BrokenPipe: Error {}

/// Collects bytes and writes them to a file descriptor in large pieces.
final class DescriptorWriter {
    private let descriptor: Int32
    /// As errors name it.
    let name: String
    private var buffer: [UInt8] = []
    /// As much as a pipe holds on Linux.
    private static let capacity = 64 << 10

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Whether somebody looks at it on a terminal.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Throws `BrokenPipe`, and a typed error when the other end cannot take the bytes.
    func write(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.capacity { try flush() }
    }

    func write(_ bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.capacity { try flush() }
    }

    /// Large payloads go past the buffer.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        if buffer.count + bytes.count < Self.capacity {
            buffer.append(contentsOf: bytes)
        } else {
            try flush()
            try writeNow(bytes)
        }
    }

    func flush() throws {
        defer { buffer.removeAll(keepingCapacity: true) }
        try buffer.withUnsafeBytes(writeNow)
    }

    private func writeNow(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw BrokenPipe()
            } else if errno != EINTR {
                throw FileError.system("write to", name, errno: errno)
            }
        }
    }
}
