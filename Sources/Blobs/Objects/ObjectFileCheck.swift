/// Checks the bytes of an object file while somebody else reads them: that a pack has the digest that it is named by, and
/// that what a file of its own holds has.
///
/// Not to be used by two threads at once.
package final class ObjectFileCheck {
    private let name: Digest
    private let path: String
    private let context = DigestContext()
    /// `nil` for a pack, of which the file itself has the digest.
    private let decompressor: Decompressor?
    private let content: UnsafeMutableRawBufferPointer
    private var hasEnded = false

    private static let contentSize = 128 << 10

    package init(_ name: Digest, isPack: Bool, path: String) throws {
        self.name = name
        self.path = path
        decompressor = isPack ? nil : try Decompressor()
        content = .allocate(byteCount: isPack ? 0 : Self.contentSize, alignment: 16)
    }

    deinit { content.deallocate() }

    /// Takes in the next bytes of the file. Throws `.corrupt`.
    package func update(_ piece: UnsafeRawBufferPointer) throws {
        guard let decompressor else { return context.update(piece) }
        var taken = 0
        var isFull = false
        while taken < piece.count || isFull {
            if hasEnded {
                throw StemmaError.corrupt(
                    path, "bytes after the zstd frame", found: "\(piece.count - taken) bytes")
            }
            let step = try decompressor.step(
                UnsafeRawBufferPointer(rebasing: piece[taken...]), into: content, path: path)
            context.update(UnsafeRawBufferPointer(rebasing: content[..<step.filled]))
            taken += step.taken
            hasEnded = step.ended
            // There may be more that the decompressor has and that did not fit.
            isFull = step.filled == content.count && !hasEnded
        }
    }

    /// Throws `.corrupt` when the file is not what its name says, or is cut off.
    package func finish() throws {
        guard decompressor == nil || hasEnded else { throw StemmaError.corrupt(path, "it is cut off") }
        let found = context.finish()
        if found != name { throw StemmaError.wrongDigest(path, expected: name, found: found) }
    }
}
