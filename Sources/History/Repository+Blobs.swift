import CGit2
import Glibc
import StemmaBlobs

/// How hard git's own compression is to try on a blob.
package enum BlobCompression: Sendable {
    /// Deflate level 0: for what is compressed already.
    case none
    /// Deflate level 1: for text.
    case fast
}

extension Repository {
    /// The id that git gives to a blob of these bytes; nothing is written.
    package static func blobID(of bytes: UnsafeRawBufferPointer) throws -> ObjectID {
        try GitLibrary.start()
        return try ObjectDatabase.id(of: bytes, .blob)
    }

    /// The id that git gives to a blob of a file's bytes, which are read in constant memory; nothing is written.
    package static func blobID(ofFile path: String) throws -> ObjectID {
        try GitLibrary.start()
        let file = try OpenFile(path)
        let hash = try ObjectHash("blob", size: Int(clamping: file.status().size))
        return try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
            while true {
                let count = try file.read(into: buffer)
                if count == 0 { return try hash.finish() }
                try hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
    }

    /// Whether an object of that id is in this repository, in whatever form.
    package func contains(_ id: ObjectID) -> Bool { objects.contains(id) }

    /// Whether an object is in this repository, without a look at what others have packed since this one was opened; if it
    /// is, git is told that it is used, and will not prune it as old.
    package func useKnown(_ id: ObjectID) -> Bool { objects.useKnown(id) }

    /// The number of bytes in a blob; throws `objectMissing` or `corrupt`.
    package func blobSize(_ id: ObjectID) throws -> Int {
        let (type, size) = try objects.header(id)
        guard type == GIT_OBJECT_BLOB else {
            throw StemmaError.gitObjectCorrupt(
                .object(id), "read the size of a blob", "it is of another kind")
        }
        return size
    }

    /// The bytes of a blob; throws `blobTooLarge` above `limit`, before reading it.
    package func readBlob(_ id: ObjectID, limit: Int) throws -> [UInt8] {
        let size = try blobSize(id)
        guard size <= limit else { throw StemmaError.blobTooLarge(id, size: size, limit: limit) }
        return try withBlob(id) { [UInt8]($0) }
    }

    /// The bytes of a blob for the time of the call, without a copy of them.
    package func withBlob<Result>(
        _ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        try objects.withObject(id, .blob, body)
    }

    /// Writes a blob as a loose object, unless it is in the repository already.
    ///
    /// Survives a power failure only once `createCommit` or `synchronizeObjects` has returned.
    package func writeBlob(_ bytes: UnsafeRawBufferPointer, compression: BlobCompression) throws -> ObjectID {
        try objects.write(bytes, .blob, compression: compression)
    }

    /// Writes the content of a file as `writeBlob(_:compression:)` does, in constant memory.
    ///
    /// Throws `fileNotFound` and the like for the file, `fileChanged` when it is written to meanwhile.
    ///
    /// - Parameter inspect: sees all bytes, and then `nil`, before anything is written; what it throws ends it.
    package func writeBlob(
        file path: String, compression: BlobCompression,
        inspect: ((UnsafeRawBufferPointer?) throws -> Void)? = nil
    ) throws -> ObjectID {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StemmaError.gitSystemCall("open", path, errno: errno) }
        defer { close(descriptor) }
        return try objects.writeBlob(
            descriptor: descriptor, path: path, compression: compression, inspect: inspect)
    }

    /// Begins a pack of exactly `count` blobs, for when there are many to write.
    ///
    /// Survives a power failure like a loose object: once `createCommit` or `synchronizeObjects` has returned.
    package func objectPack(of count: Int) throws -> ObjectPack {
        try ObjectPack(of: count, objects: "\(commonDirectory)/objects")
    }

    /// Deflates a blob for a pack.
    package func packed(_ bytes: UnsafeRawBufferPointer) throws -> PackedBlob {
        try PackedBlob(bytes, deflater: objects.deflater)
    }

    /// Makes all objects written so far survive a power failure.
    ///
    /// One `syncfs` in place of an `fsync` for each object, which costs as much for 500 objects as for one.
    package func synchronizeObjects() throws {
        let path = "\(commonDirectory)/objects"
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StemmaError.gitSystemCall("open", path, errno: errno) }
        defer { close(descriptor) }
        guard syncfs(descriptor) == 0 else { throw StemmaError.gitSystemCall("syncfs", path, errno: errno) }
    }
}
