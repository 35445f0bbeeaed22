import StemmaBlobs
import StemmaCatalog
import StemmaHistory

/// A blob that stands in a commit and not in the work tree.
struct CommittedBlob {
    enum Source {
        case pack(PackReader, PackEntry)
        /// A file of its own, `objects/3f/3fa9...e1.zst`.
        case file(ObjectID)
    }

    let digest: Digest
    let source: Source

    /// What kind of blob it is: only payloads have files of their own.
    var kind: BlobKind {
        if case .pack(_, let entry) = source { entry.kind } else { .payload }
    }

    /// Its size, where that is known without reading it.
    var size: Int? {
        if case .pack(_, let entry) = source { Int(entry.size) } else { nil }
    }
}

extension Store {
    /// A payload that git has is held in memory as it is stored; larger ones are in no repository that can be pushed.
    private static let largestFile = 1 << 31

    /// Opens a blob of another commit for reading. Throws `.objectMissing` when git has it no more, and `.corrupt`.
    func reader(_ blob: CommittedBlob, size: Int? = nil) throws -> BlobReader {
        switch blob.source {
        case .pack(let pack, let entry):
            if let size, size != Int(entry.size) {
                throw StemmaError.otherSize(pack.path, blob.digest, size, Int(entry.size))
            }
            return BlobReader(content: try pack.read(entry), digest: blob.digest, path: pack.path)
        case .file(let id):
            return try BlobReader(
                frame: frame(id), digest: blob.digest, size: size, path: "git's object \(id.hex)")
        }
    }

    /// A file of another commit as a blob that can be put in its place here, byte for byte as git has it. Throws as
    /// `reader` does.
    func stage(_ blob: CommittedBlob, _ id: ObjectID) throws -> StagedBlob {
        let frame = try frame(id)
        let reader = try BlobReader(frame: frame, digest: blob.digest, path: "git's object \(id.hex)")
        try reader.readToEnd()
        return try objects.stage(
            frame: frame, blob.digest, size: reader.size, synchronize: options.synchronize)
    }

    private func frame(_ id: ObjectID) throws -> [UInt8] {
        try repository.readBlob(id, limit: Self.largestFile)
    }
}
