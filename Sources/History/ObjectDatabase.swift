import CGit2
import Glibc
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

/// The owner of a `git_odb`: objects by id, loose, in packs or in an alternate's directory.
final class ObjectDatabase {
    private let handle: Owned<OpaquePointer>
    private let loose: LooseObjects

    /// Opens `directory` and its alternates, and has `repository` use this database for all that it does.
    init(of repository: OpaquePointer, objects directory: String) throws {
        handle = try .make("open the object database", free: git_odb_free) { git_odb_new(&$0) }
        loose = try LooseObjects(in: directory)
        try add(loose, isAlternate: false)
        var known: Set<String> = [directory]
        try addAlternates(of: directory, &known)
        try check(git_repository_set_odb(repository, handle.pointer), "open the object database")
    }

    /// Packs are asked first, as git does.
    private func add(_ loose: LooseObjects, isAlternate: Bool) throws {
        let operation = "open the object database"
        let add = isAlternate ? git_odb_add_alternate : git_odb_add_backend
        try check(add(handle.pointer, loose.makeBackend(), 1), operation)
        var packs: UnsafeMutablePointer<git_odb_backend>?
        try check(git_odb_backend_pack(&packs, loose.directory), operation, subject: .path(loose.directory))
        try check(add(handle.pointer, packs, 2), operation)
    }

    /// `info/alternates` has a directory a line, absolute or from `objects`; they may have alternates in turn.
    private func addAlternates(of directory: String, _ known: inout Set<String>) throws {
        guard let bytes = try readGitFile("\(directory)/info/alternates") else { return }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            let path = text.hasPrefix("/") ? text : "\(directory)/\(text)"
            guard !text.hasPrefix("#"), let real = realPath(path), known.insert(real).inserted else {
                continue
            }
            try add(LooseObjects(in: real), isAlternate: true)
            try addAlternates(of: real, &known)
        }
    }

    /// Looks into the list of packs again before it says no.
    func contains(_ id: ObjectID) -> Bool {
        var oid = id.oid
        return git_odb_exists(handle.pointer, &oid) == 1
    }

    /// Whether an object is there, without a look at what others have packed since; if it is, git is told that it is used.
    ///
    /// A look costs a listing of all packs, which is too much for each of a thousand objects that are new.
    func useKnown(_ id: ObjectID) -> Bool {
        if loose.freshen(id) { return true }
        var oid = id.oid
        return git_odb_exists_ext(handle.pointer, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1
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

    /// Writes a loose object, unless it is there already.
    func write(
        _ bytes: UnsafeRawBufferPointer, _ kind: ObjectKind, compression: BlobCompression = .fast
    ) throws -> ObjectID {
        let id = try Self.id(of: bytes, kind)
        if try use(id) { return id }
        try loose.write(id, kind.type, content: bytes, compression: compression)
        return id
    }

    /// Writes the content of an open file as a blob, a piece at a time, unless it is there already.
    ///
    /// Reads the file twice: git's id covers the bytes, and decides whether and where they are written.
    ///
    /// - Parameter inspect: sees all bytes, and then `nil`, before anything is written; what it throws ends it.
    func writeBlob(
        descriptor: Int32, path: String, compression: BlobCompression,
        inspect: ((UnsafeRawBufferPointer?) throws -> Void)? = nil
    ) throws -> ObjectID {
        let before = try Self.status(descriptor, path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        let size = Int(before.st_size)
        let hash = try ObjectHash("blob", size: size)
        var hashed = 0
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(hashed))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StemmaError.gitSystemCall("read", path, errno: errno) }
            if count == 0 { break }
            hashed += count
            try hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            try inspect?(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        guard hashed == size else { throw StemmaError.fileChanged(path) }
        try inspect?(nil)
        let id = try hash.finish()
        if try use(id) { return id }
        var total = 0
        try loose.write(id, GIT_OBJECT_BLOB, size: size, compression: compression) {
            while true {
                let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(total))
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw StemmaError.gitSystemCall("read", path, errno: errno) }
                total += count
                guard count == 0 else { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
                let after = try Self.status(descriptor, path)
                guard total == size, after.st_size == before.st_size,
                    after.st_mtim.tv_sec == before.st_mtim.tv_sec,
                    after.st_mtim.tv_nsec == before.st_mtim.tv_nsec
                else { throw StemmaError.fileChanged(path) }
                return nil
            }
        }
        return id
    }

    /// For text that goes into a pack.
    var deflater: ZStream { loose.deflater(.fast) }

    /// The id that git gives to these bytes.
    static func id(of bytes: UnsafeRawBufferPointer, _ kind: ObjectKind) throws -> ObjectID {
        let hash = try ObjectHash("\(kind)", size: bytes.count)
        try hash.update(bytes)
        return try hash.finish()
    }

    /// Whether an object is there; if it is, git is told that it is used again, and will not prune it as old.
    func use(_ id: ObjectID) throws -> Bool { loose.freshen(id) || contains(id) }

    private static func status(_ descriptor: Int32, _ path: String) throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw StemmaError.gitSystemCall("stat", path, errno: errno)
        }
        return status
    }
}
