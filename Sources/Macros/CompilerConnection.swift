import Foundation

@_spi(PluginMessage) import SwiftCompilerPluginMessageHandling

/// The compiler at the other end of standard input and output.
///
/// A message is the length of its JSON as a little-endian 64-bit number, and the JSON.
struct CompilerConnection: MessageConnection {
    private let input = FileHandle.standardInput
    private let output: FileHandle

    /// Takes standard output for messages alone: what anything else prints goes to standard error.
    init() throws {
        let descriptor = dup(STDOUT_FILENO)
        guard descriptor >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else { throw Broken() }
        output = FileHandle(fileDescriptor: descriptor)
    }

    func sendMessage<Message: Encodable>(_ message: Message) throws {
        let json = try JSONEncoder().encode(message)
        var bytes = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
        bytes.append(json)
        try output.write(contentsOf: bytes)
    }

    func waitForNextMessage<Message: Decodable>(_ type: Message.Type) throws -> Message? {
        guard let head = try read(8) else { return nil }
        let length = head.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // The compiler says goodbye with an empty message.
        guard length > 0 else { return nil }
        guard let count = Int(exactly: length), let json = try read(count) else { throw Broken() }
        return try JSONDecoder().decode(type, from: json)
    }

    /// So many bytes; `nil` at the end of the input.
    private func read(_ count: Int) throws -> Data? {
        var bytes = Data()
        while bytes.count < count {
            guard let part = try input.read(upToCount: count - bytes.count), !part.isEmpty else {
                if bytes.isEmpty { return nil }
                throw Broken()
            }
            bytes.append(part)
        }
        return bytes
    }

    private struct Broken: Error, CustomStringConvertible {
        var description: String { "the connection to the compiler broke off" }
    }
}
