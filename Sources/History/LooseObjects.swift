import CGit2
import Glibc
import StemmaBlobs

/// The loose objects of one `objects` directory: one file each, deflated, named by its id.
///
/// Ours and not libgit2's for two reasons: libgit2 up to 1.9 reads a truncated file for ever
/// (https://github.com/libgit2/libgit2/issues/7342), and at deflate level 0 libgit2 1.5 writes files that are not
/// deflated at all, which git cannot read.
final class LooseObjects {
    let directory: String
    private let inflater: ZStream
    private let fast: ZStream
    private let stored: ZStream
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)

    init(in directory: String) throws {
        self.directory = directory
        inflater = try ZStream(.inflate)
        (stored, fast) = (try ZStream(.deflate(level: 0)), try ZStream(.deflate(level: 1)))
    }

    func deflater(_ compression: BlobCompression) -> ZStream {
        switch compression {
        case .none: stored
        case .fast: fast
        }
    }

    func path(of id: ObjectID) -> String {
        let hex = id.hex
        return "\(directory)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    func contains(_ id: ObjectID) -> Bool { access(path(of: id), F_OK) == 0 }

    /// Marks an object as used now, so that `git gc` does not remove it; false when it is not here.
    func freshen(_ id: ObjectID) -> Bool { utimensat(AT_FDCWD, path(of: id), nil, 0) == 0 }

    /// All ids here that start with the same `digits` hexadecimal digits as `prefix`.
    func ids(startingWith prefix: ObjectID, digits: Int) throws -> [ObjectID] {
        let wanted = String(prefix.hex.prefix(digits))
        guard digits >= 2 else { return [] }
        return try directoryNames("\(directory)/\(wanted.prefix(2))").compactMap { name in
            let hex = wanted.prefix(2) + name
            return hex.hasPrefix(wanted) ? ObjectID(hex: String(hex)) : nil
        }
    }
}

// MARK: - Reading

extension LooseObjects {
    /// What an object says of itself before its content.
    struct Header {
        let type: git_object_t
        let size: Int
        /// The number of bytes before the content.
        let length: Int
    }

    /// Why a file is not an object.
    struct Damage: Error {
        let reason: String
    }

    /// The header of an object; nil when it is not here. Throws `Damage` or a system error.
    func header(_ id: ObjectID) throws -> Header? {
        guard let descriptor = try open(id) else { return nil }
        defer { close(descriptor) }
        var compressed = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &compressed, compressed.count, 0)
        guard count >= 0 else { throw StemmaError.gitSystemCall("read", path(of: id), errno: errno) }
        return try compressed.withUnsafeBytes {
            try start(UnsafeRawBufferPointer(rebasing: $0[..<count])).header
        }
    }

    /// Reads an object into memory that `allocate` gives; nil when it is not here.
    func read(_ id: ObjectID, allocate: (Int) -> UnsafeMutableRawPointer?) throws -> Header? {
        guard let descriptor = try open(id) else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw StemmaError.gitSystemCall("stat", path(of: id), errno: errno)
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw Damage(reason: "the file is empty") }
        guard let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED else {
            throw StemmaError.gitSystemCall("map", path(of: id), errno: errno)
        }
        defer { munmap(mapped, size) }
        return try inflate(UnsafeRawBufferPointer(start: mapped, count: size), allocate)
    }

    private func inflate(
        _ compressed: UnsafeRawBufferPointer, _ allocate: (Int) -> UnsafeMutableRawPointer?
    ) throws -> Header {
        let (header, step, head) = try start(compressed)
        // Deflate cannot do better than 1:1032, so that a larger size is a lie that must not be allocated.
        guard header.size <= compressed.count * 1032 else { throw Damage(reason: "its size is not possible") }
        // A byte more than there should be, to see whether there is more.
        guard let memory = allocate(header.size + 1) else {
            throw Damage(reason: "there is no memory for its size")
        }
        let output = UnsafeMutableRawBufferPointer(start: memory, count: header.size + 1)
        guard head.count <= output.count else { throw Damage(reason: "it is longer than it says") }
        output.copyBytes(from: head)
        var filled = head.count
        var consumed = step.consumed
        var state = step.status
        while state != Z_STREAM_END {
            let next = inflater.step(
                UnsafeRawBufferPointer(rebasing: compressed[consumed...]),
                UnsafeMutableRawBufferPointer(rebasing: output[filled...]))
            state = next.status
            guard state == Z_OK || state == Z_STREAM_END else {
                throw Damage(reason: state == Z_BUF_ERROR ? "it is cut short" : "it does not inflate")
            }
            consumed += next.consumed
            filled += next.produced
        }
        guard filled == header.size else { throw Damage(reason: "its length is not what it says") }
        return header
    }

    /// Inflates the first bytes and reads the header in them: `blob 123\0`.
    private func start(_ compressed: UnsafeRawBufferPointer) throws -> (
        header: Header, step: ZStream.Step, head: [UInt8]
    ) {
        inflater.reset()
        var head = [UInt8](repeating: 0, count: 64)
        let step = head.withUnsafeMutableBytes { inflater.step(compressed, $0) }
        guard step.status == Z_OK || step.status == Z_STREAM_END else {
            throw Damage(reason: step.status == Z_BUF_ERROR ? "the file is cut short" : "it does not inflate")
        }
        head.removeLast(head.count - step.produced)
        guard let end = head.firstIndex(of: 0), let space = head[..<end].firstIndex(of: UInt8(ascii: " ")),
            let size = Int(String(decoding: head[(space + 1)..<end], as: UTF8.self)), size >= 0,
            size < Int.max / 2
        else { throw Damage(reason: "it has no header") }
        let type = git_object_string2type(String(decoding: head[..<space], as: UTF8.self))
        guard git_object_typeisloose(type) == 1 else { throw Damage(reason: "it is of no known kind") }
        return (Header(type: type, size: size, length: end + 1), step, Array(head[(end + 1)...]))
    }

    /// A descriptor for reading; nil when the object is not here.
    private func open(_ id: ObjectID) throws -> Int32? {
        let path = path(of: id)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 { return descriptor }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw StemmaError.gitSystemCall("open", path, errno: errno)
    }
}

// MARK: - Writing

extension LooseObjects {
    /// Writes an object whose content comes piece by piece: `next` gives it until it gives nothing.
    ///
    /// The file appears under its name when it is complete, and is flushed by nobody.
    func write(
        _ id: ObjectID, _ type: git_object_t, size: Int, compression: BlobCompression,
        next: () throws -> UnsafeRawBufferPointer?
    ) throws {
        guard let name = git_object_type2string(type) else { return }
        let deflater = deflater(compression)
        let final = path(of: id)
        let folder = FileSystem.parent(of: final)
        if mkdir(folder, 0o777) == 0 {
            // As wide as the directory above, which core.sharedRepository has made wider than the umask.
            var above = stat()
            if stat(directory, &above) == 0 { chmod(folder, above.st_mode & 0o7777) }
        } else if errno != EEXIST {
            throw StemmaError.gitSystemCall("create the directory", folder, errno: errno)
        }
        // The name that git gives its own, so that `git gc` removes what a kill leaves.
        var template = Array("\(folder)/tmp_obj_XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw StemmaError.gitSystemCall("create", temporary, errno: errno) }
        var isComplete = false
        defer {
            close(descriptor)
            if !isComplete { unlink(temporary) }
        }
        deflater.reset()
        let header = Array("\(String(cString: name)) \(size)\0".utf8)
        var used = try header.withUnsafeBytes {
            try deflate($0, deflater, descriptor, temporary, 0, last: false)
        }
        while let piece = try next() {
            used = try deflate(piece, deflater, descriptor, temporary, used, last: false)
        }
        used = try deflate(
            UnsafeRawBufferPointer(start: nil, count: 0), deflater, descriptor, temporary, used, last: true)
        try flush(used, descriptor, temporary)
        guard fchmod(descriptor, 0o444) == 0 else {
            throw StemmaError.gitSystemCall("chmod", temporary, errno: errno)
        }
        guard rename(temporary, final) == 0 else {
            throw StemmaError.gitSystemCall("rename", temporary, errno: errno)
        }
        isComplete = true
    }

    /// Deflates `input` into the buffer, of which `used` bytes are filled, and gives how many are then.
    private func deflate(
        _ input: UnsafeRawBufferPointer, _ deflater: ZStream, _ descriptor: Int32, _ path: String,
        _ used: Int, last: Bool
    ) throws -> Int {
        var used = used
        var consumed = 0
        while last || consumed < input.count {
            let step = buffer.withUnsafeMutableBytes {
                deflater.step(
                    UnsafeRawBufferPointer(rebasing: input[consumed...]),
                    UnsafeMutableRawBufferPointer(rebasing: $0[used...]), last: last)
            }
            guard step.status == Z_OK || step.status == Z_STREAM_END || step.status == Z_BUF_ERROR else {
                throw StemmaError.git(
                    "deflate an object", "status \(step.status)", status: step.status, class: 0)
            }
            consumed += step.consumed
            used += step.produced
            if used == buffer.count {
                try flush(used, descriptor, path)
                used = 0
            }
            if step.status == Z_STREAM_END { break }
        }
        return used
    }

    private func flush(_ count: Int, _ descriptor: Int32, _ path: String) throws {
        var written = 0
        while written < count {
            let result = buffer.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, count - written)
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                throw StemmaError.gitSystemCall("write", path, errno: result < 0 ? errno : EIO)
            }
            written += result
        }
    }
}
