import StemmaBlobs

/// Digests that this clone remembers, in a file below `local/`, one a line; a hint and no truth.
struct DigestList {
    private let path: String
    private var digests: Set<Digest>?

    private static let largestFile = 16 << 20

    init(_ path: String) { self.path = path }

    /// All of them, as they are on disk now: another process may have changed them.
    mutating func look() -> Set<Digest> {
        digests = nil
        return read()
    }

    mutating func contains(_ digest: Digest) -> Bool { read().contains(digest) }

    mutating func add(_ digest: Digest) { change { $0.insert(digest).inserted } }

    mutating func remove(_ digest: Digest) { change { $0.remove(digest) != nil } }

    private mutating func read() -> Set<Digest> {
        if let digests { return digests }
        let bytes = (try? FileSystem.readAll(path, limit: Self.largestFile, followLinks: false)) ?? []
        let found = Set(
            bytes.split(separator: 0x0A).compactMap { Digest(hex: String(decoding: $0, as: UTF8.self)) })
        digests = found
        return found
    }

    private mutating func change(_ body: (inout Set<Digest>) -> Bool) {
        var changed = read()
        guard body(&changed) else { return }
        digests = changed
        // A store that cannot be written has the list in memory.
        if changed.isEmpty {
            _ = try? FileSystem.remove(path)
        } else {
            let text = changed.sorted().map { $0.hex + "\n" }.joined()
            try? FileSystem.writeAtomically(path, Array(text.utf8), synchronize: false)
        }
    }
}
