import StemmaBlobs

/// Digests that this clone remembers, in a file below `local/`, one a line; a hint and no truth.
struct DigestList {
    private let path: String
    private var digests: Set<Digest>?
    /// Whether the file could not be written: then the list is in memory, as in a store that cannot be written.
    private var isInMemory = false

    private static let largestFile = 16 << 20
    /// Another process holds the lock for as long as it takes to write the file.
    private static let longestWait: Double = 5

    init(_ path: String) { self.path = path }

    /// All of them, as they are on disk now: another process may have changed them.
    mutating func look() -> Set<Digest> {
        if !isInMemory { digests = nil }
        return read()
    }

    mutating func contains(_ digest: Digest) -> Bool { read().contains(digest) }

    mutating func add(_ digest: Digest) { change { $0.insert(digest).inserted } }

    mutating func remove(_ digest: Digest) { remove([digest]) }

    mutating func remove(_ gone: [Digest]) {
        change { digests in
            let count = digests.count
            digests.subtract(gone)
            return digests.count < count
        }
    }

    private mutating func read() -> Set<Digest> {
        if let digests { return digests }
        let bytes = (try? FileSystem.readAll(path, limit: Self.largestFile, followLinks: false)) ?? []
        let found = Set(
            bytes.split(separator: 0x0A).compactMap { Digest(hex: String(decoding: $0, as: UTF8.self)) })
        digests = found
        return found
    }

    /// Changes what is on disk, and not what this process saw there first: another one may have added to it.
    private mutating func change(_ body: (inout Set<Digest>) -> Bool) {
        var changed = look()
        guard body(&changed) else { return }
        let lock = try? FileLock("\(path).lock", command: "a list of digests", waiting: Self.longestWait)
        withExtendedLifetime(lock) {
            changed = look()
            _ = body(&changed)
            digests = changed
            do {
                if changed.isEmpty {
                    try FileSystem.remove(path)
                } else {
                    let text = changed.sorted().map { $0.hex + "\n" }.joined()
                    try FileSystem.writeAtomically(path, Array(text.utf8), synchronize: false)
                }
            } catch {
                isInMemory = true
            }
        }
    }
}
