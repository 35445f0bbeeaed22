/// One thing that is wrong with a pack.
package struct PackDamage: Hashable, Sendable {
    /// The blob that cannot be read, or nil when the file as a whole is not what its name says.
    package let digest: Digest?
    /// What is wrong, as an error says it.
    package let reason: String
}

extension PackReader {
    /// Reads every byte of the pack and lists what is damaged.
    ///
    /// - Parameter progress: called with the number of bytes of the file that were checked since the last call.
    /// - Returns: one entry for the file if its digest is not its name, then one for each blob that cannot be
    ///   read or has another digest; nothing when all is well.
    /// - Throws: `.system` or `.permissionDenied` when the file cannot be read at all.
    package func verifyAll(progress: (Int) throws -> Void = { _ in }) throws -> [PackDamage] {
        var damage: [PackDamage] = []
        let found = try fileDigest(progress)
        if let name, name != found {
            damage.append(
                PackDamage(
                    digest: nil, reason: StemmaError.wrongDigest(path, expected: name, found: found).message))
        }
        for entry in try entriesInFileOrder() {
            do {
                _ = try read(entry, verify: true)
            } catch let error as StemmaError where error.code == .corrupt {
                damage.append(PackDamage(digest: entry.digest, reason: error.message))
            }
        }
        return damage
    }

    /// Whether the digest of the file is its name: decompresses nothing.
    package var isAsNamed: Bool {
        get throws { try name == nil || name == fileDigest { _ in } }
    }

    private func fileDigest(_ progress: (Int) throws -> Void) throws -> Digest {
        let context = DigestContext()
        let piece = 1 << 20
        var position: UInt64 = 0
        while position < fileSize {
            let count = Int(min(UInt64(piece), fileSize - position))
            context.update(try source.read(at: position, count: count))
            position += UInt64(count)
            try progress(count)
        }
        return context.finish()
    }
}
