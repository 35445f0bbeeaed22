import Stemma
import StemmaBlobs

/// Standard input, read to its end: in memory when it is short, otherwise in a temporary file.
enum SpooledInput {
    case bytes([UInt8])
    case file(SpoolFile)

    private static let memoryLimit = 4 << 20

    init(in store: Store) throws {
        let input = try InputFile("-")
        var bytes: [UInt8] = []
        while bytes.count <= Self.memoryLimit {
            guard let piece = try input.next() else {
                self = .bytes(bytes)
                return
            }
            bytes += piece
        }
        let spool = try SpoolFile(in: "\(store.path)/local/tmp")
        try spool.write(bytes)
        while let piece = try input.next() { try spool.write(piece) }
        self = .file(spool)
    }
}

/// A temporary file that goes away with the value.
final class SpoolFile {
    private let file: OpenFile

    var path: String { file.path }

    init(in directory: String) throws {
        file = try FileSystem.createTemporary(in: directory, permissions: 0o600)
    }

    /// Reads standard input to its end, so that the store is not locked while whoever writes it takes hours.
    convenience init(copyingStandardInputIn store: Store, _ progress: ProgressLine) throws {
        try self.init(in: "\(store.path)/local/tmp")
        let input = try InputFile("-")
        var count = 0
        while let piece = try input.next() {
            try write(piece)
            count += piece.count
            progress.update("reading standard input", count, of: input.size, inBytes: true)
        }
    }

    deinit { _ = try? FileSystem.remove(file.path) }

    func write(_ bytes: [UInt8]) throws { try file.write(bytes) }
}
