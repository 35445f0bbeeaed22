import CGit2
import StemmaBlobs

/// The kinds of git objects that this layer reads and writes.
enum ObjectKind {
    case blob, tree, commit

    var type: git_object_t {
        switch self {
        case .blob: GIT_OBJECT_BLOB
        case .tree: GIT_OBJECT_TREE
        case .commit: GIT_OBJECT_COMMIT
        }
    }
}

/// The owner of a `git_odb`: objects by id, wherever they lie.
final class ObjectDatabase {
    private let handle: Owned<OpaquePointer>

    /// The database of an open repository; what it writes is deflated at level 1, libgit2's default.
    init(of repository: OpaquePointer) throws {
        handle = try .make("open the object database", free: git_odb_free) {
            git_repository_odb(&$0, repository)
        }
    }

    /// A database that writes loose objects at deflate level 0, and sees all packs and alternates.
    init(storingUncompressedIn commonDirectory: String) throws {
        let directory = "\(commonDirectory)/objects"
        handle = try .make("open the object database", free: git_odb_free) { git_odb_open(&$0, directory) }
        var backend: UnsafeMutablePointer<git_odb_backend>?
        try check(git_odb_backend_loose(&backend, directory, 0, 0, 0, 0), "open the object database")
        // A priority above the others' makes it the one that is written to; the database owns it from here.
        try check(git_odb_add_backend(handle.pointer, backend, 100), "open the object database")
    }

    func contains(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return git_odb_exists(handle.pointer, &oid) == 1
    }

    /// The kind and size of an object, without reading it whole; throws `objectMissing` or `corrupt`.
    func header(_ id: ObjectID) throws -> (type: git_object_t, size: Int) {
        var oid = id.oid
        var size = 0
        var type = GIT_OBJECT_INVALID
        try check(
            git_odb_read_header(&size, &type, handle.pointer, &oid), "read the size of an object",
            subject: .object(id))
        return (type, size)
    }

    /// The bytes of an object for the time of the call, without a copy.
    ///
    /// Throws `objectMissing`, or `corrupt` when it is damaged or of another kind.
    func withObject<Result>(
        _ id: ObjectID, _ kind: ObjectKind, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        var oid = id.oid
        let object = try Owned<OpaquePointer>.make(
            "read a \(kind)", subject: .object(id), free: git_odb_object_free
        ) { git_odb_read(&$0, handle.pointer, &oid) }
        guard git_odb_object_type(object.pointer) == kind.type else {
            throw StemmaError.gitObjectCorrupt(.object(id), "read a \(kind)", "it is of another kind")
        }
        let size = git_odb_object_size(object.pointer)
        return try withExtendedLifetime(object) {
            try body(UnsafeRawBufferPointer(start: git_odb_object_data(object.pointer), count: size))
        }
    }

    /// Writes an object, unless it is there already.
    func write(_ bytes: UnsafeRawBufferPointer, _ kind: ObjectKind) throws -> ObjectID {
        var oid = git_oid()
        // libgit2 hashes a null pointer of no bytes in some places and refuses it in others.
        let start = bytes.baseAddress ?? UnsafeRawPointer(Self.nothing)
        try check(git_odb_write(&oid, handle.pointer, start, bytes.count, kind.type), "write a \(kind)")
        return ObjectID(oid)
    }

    /// Where a pointer is needed to no bytes at all. Never freed.
    private nonisolated(unsafe) static let nothing = UnsafeMutableRawPointer.allocate(
        byteCount: 1, alignment: 1)

    /// Starts to write a blob of a size that is known, piece by piece.
    func blobStream(size: Int) throws -> Owned<UnsafeMutablePointer<git_odb_stream>> {
        try .make("write a blob", free: git_odb_stream_free) {
            git_odb_open_wstream(&$0, handle.pointer, git_object_size_t(size), GIT_OBJECT_BLOB)
        }
    }
}
