import Glibc
import Stemma

/// The lines of a file, in memory one at a time.
struct LineReader {
    /// The number of the line that `next` gave last, counted from 1.
    private(set) var number = 0
    /// How many bytes of the file were read so far.
    private(set) var consumed = 0
    private let file: InputFile
    private let limit: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// - Parameter limit: the longest line in bytes.
    init(_ file: InputFile, limit: Int) {
        self.file = file
        self.limit = limit
    }

    /// The next line without its line end; `nil` at the end. Throws for a line above the limit.
    mutating func next() throws -> ArraySlice<UInt8>? {
        var searched = position
        while true {
            if let end = newline(from: searched) {
                defer { position = end + 1 }
                number += 1
                return buffer[position..<end]
            }
            if isAtEnd {
                guard position < buffer.count else { return nil }
                defer { position = buffer.count }
                number += 1
                return buffer[position...]
            }
            guard buffer.count - position <= limit else {
                throw FileError.lineTooLong(file.name, line: number + 1, limit: limit)
            }
            buffer.removeFirst(position)
            position = 0
            searched = buffer.count
            guard let piece = try file.next() else {
                isAtEnd = true
                continue
            }
            buffer += piece
            consumed += piece.count
        }
    }

    private func newline(from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }
}
