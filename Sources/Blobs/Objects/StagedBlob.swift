internal import Synchronization

/// A blob that was written and has no place in the store yet: a closed temporary file, which goes away with this unless
/// it is put in its place.
package final class StagedBlob: Sendable {
    package let digest: Digest
    package let size: Int

    private let temporary: String
    private let place: LooseObjects
    private let isLarge: Bool
    private let isPlaced = Mutex(false)

    init(digest: Digest, size: Int, temporary: String, place: LooseObjects, isLarge: Bool) {
        self.digest = digest
        self.size = size
        self.temporary = temporary
        self.place = place
        self.isLarge = isLarge
    }

    deinit {
        if !isPlaced.withLock({ $0 }) { _ = try? FileSystem.remove(temporary) }
    }

    /// Puts the blob in its place, under `large/` when it is above the size that git is to track; once is enough.
    ///
    /// What stands there is replaced: ask before whether it is intact, since another compression of the same bytes would
    /// be a change that git sees.
    /// - Parameter synchronize: whether the directory is on the device when this returns.
    /// - Throws: `.diskFull`, `.permissionDenied` or `.system`; the blob is not to be seen then. `.objectMissing` when it
    ///   was put there before and somebody has removed it since, as gc does with what no record names.
    @discardableResult
    package func commit(synchronize: Bool) throws -> ObjectLocation {
        let path = place.path(of: digest)
        try isPlaced.withLock { isPlaced in
            guard !isPlaced else {
                guard try place.contains(digest) else {
                    throw StemmaError.objectMissing(digest, in: place.root)
                }
                return
            }
            try FileSystem.move(temporary, to: path, synchronize: synchronize)
            isPlaced = true
        }
        return isLarge ? .large(path: path) : .loose(path: path)
    }
}
