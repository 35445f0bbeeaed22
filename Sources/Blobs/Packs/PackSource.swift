/// The bytes of a pack, in a file or, when git has them, in memory.
enum PackSource {
    case file(OpenFile, size: UInt64)
    case memory([UInt8], path: String)

    /// What errors call the pack.
    var path: String {
        switch self {
        case .file(let file, _): file.path
        case .memory(_, let path): path
        }
    }

    var size: UInt64 {
        switch self {
        case .file(_, let size): size
        case .memory(let bytes, _): UInt64(bytes.count)
        }
    }

    /// The `count` bytes at `offset`.
    ///
    /// - Throws: `.corrupt` when the pack ends before; checked before memory is taken.
    func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        guard offset <= size, UInt64(count) <= size - offset else { throw cutOff(offset, count) }
        switch self {
        case .memory(let bytes, _):
            let start = Int(offset)
            return Array(bytes[start..<start + count])
        case .file(let file, _):
            do {
                return try file.read(at: offset, count: count)
            } catch let error as StemmaError where error.isSystem(0) {
                // It was longer when it was opened.
                throw cutOff(offset, count)
            }
        }
    }

    /// Fills `storage` with the bytes at `offset`; throws as `read(at:count:)` does.
    func read(at offset: UInt64, filling storage: UnsafeMutableRawBufferPointer) throws {
        guard offset <= size, UInt64(storage.count) <= size - offset else {
            throw cutOff(offset, storage.count)
        }
        switch self {
        case .memory(let bytes, _):
            bytes.withUnsafeBytes {
                storage.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)...].prefix(storage.count)))
            }
        case .file(let file, _):
            do {
                try file.read(at: offset, filling: storage)
            } catch let error as StemmaError where error.isSystem(0) {
                throw cutOff(offset, storage.count)
            }
        }
    }

    private func cutOff(_ offset: UInt64, _ count: Int) -> StemmaError {
        .corrupt(
            path, "it is cut off", expected: "\(count) bytes at \(offset)", found: "\(size) bytes in all")
    }
}
