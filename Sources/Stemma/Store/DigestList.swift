import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// Blobs that turned out to be damaged when they were read: calls are not answered from them until they can be read.
///
/// Kept in `local/damaged`, one digest a line; a hint and no truth, so that losing it costs nothing but that the damage
/// has to be met again.
struct DamageList {
    private let path: String
    private var digests: Set<Digest>?

    private static let largestFile = 16 << 20

    init(_ path: String) { self.path = path }

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

extension Store {
    /// Runs what reads a blob, and remembers it when it turns out to be damaged. Call without `state` held, or with it.
    func noting<T>(_ digest: Digest, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError where error.code == .corrupt {
            state.withLock { damaged.add(digest) }
            throw error
        }
    }

    /// Whether a blob that was damaged before can be read now. Call with `state` held.
    func isMended(_ digest: Digest, size: Int, in view: CatalogView) throws -> Bool {
        do {
            let missing = StemmaError.objectMissing(digest, in: paths.objects)
            try openBlob(digest, size: size, in: view, missing: missing).readToEnd()
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return false
        }
        damaged.remove(digest)
        return true
    }
}
