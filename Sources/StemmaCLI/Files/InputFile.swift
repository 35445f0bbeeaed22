import Glibc
import Stemma

/// A file that a user names, or standard input, read in pieces.
final class InputFile {
    /// As errors name it.
    let name: String
    /// In bytes; `nil` for what has no size before its end, such as a pipe.
    let size: Int?
    private let descriptor: Int32
    private let isOwned: Bool
    private static let pieceSize = 256 << 10

    /// Opens a file; `-` stands for standard input. Throws when it cannot be read, also for a directory.
    init(_ path: String) throws {
        isOwned = path != "-"
        name = isOwned ? path : "standard input"
        descriptor = isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw FileError.system("read", name, errno: errno) }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        size = kind == S_IFREG ? Int(status.st_size) : nil
        if kind == S_IFDIR {
            if isOwned { close(descriptor) }
            throw FileError.system("read", name, errno: EISDIR)
        }
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// The next piece; `nil` at the end.
    func next() throws -> [UInt8]? {
        var failure: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
            while true {
                let got = read(descriptor, buffer.baseAddress, buffer.count)
                if got < 0, errno == EINTR { continue }
                failure = got < 0 ? errno : 0
                count = max(got, 0)
                return
            }
        }
        guard failure == 0 else { throw FileError.system("read", name, errno: failure) }
        return piece.isEmpty ? nil : piece
    }
}
