import StemmaBlobs
import StemmaRecords
import Synchronization

/// A file whose content is part of a program's identity.
final class CodeFile: Sendable {
    /// The name that the identity has: as it was given, and never an absolute path.
    let name: String
    let digest: Digest
    /// Where it is on this machine.
    let path: String
    /// Whether it was given by its whole path.
    private let isAbsolute: Bool
    private let status: Mutex<FileStatus?>

    /// Reads the file. Throws `.codeMissing` when there is none.
    init(_ given: String, in directory: String) throws {
        isAbsolute = given.hasPrefix("/")
        path = isAbsolute ? given : "\(directory)/\(given)"
        name = Self.portable(given, in: directory)
        do {
            let status = try FileSystem.status(path, followLinks: true)
            if status?.kind == .directory { throw StemmaError.codeMissing(given, "is a directory") }
            self.status = Mutex(status)
            digest = try FileSystem.digest(of: path).digest
        } catch let error as StemmaError where error.code == .fileNotFound {
            throw StemmaError.codeMissing(given, "is not there")
        }
    }

    /// Whether it was given by a whole path that leads out of a directory.
    func isOutside(_ directory: String) -> Bool { isAbsolute && !path.hasPrefix(directory + "/") }

    /// What `stat` says of the file now. Throws `.codeChanged` when it holds something else than when it was read; one that
    /// was only touched is read again.
    func verifiedStatus() throws -> FileStatus? {
        let now = try FileSystem.status(path, followLinks: true)
        guard now != status.withLock({ $0 }) else { return now }
        guard now?.kind == .regular, try FileSystem.digest(of: path).digest == digest else {
            throw StemmaError.codeChanged(name)
        }
        status.withLock { $0 = now }
        return now
    }

    /// Throws `.codeChanged` when the file was written to since: it may have held something else in between.
    func checkUntouched(since before: FileStatus?) throws {
        guard try FileSystem.status(path, followLinks: true) == before else {
            throw StemmaError.codeChanged(name)
        }
    }

    /// A path below the directory relative to it; of any other absolute path the name alone: where a file lies on this
    /// machine is no part of what a program is.
    private static func portable(_ given: String, in directory: String) -> String {
        if given.hasPrefix(directory + "/") { return String(given.dropFirst(directory.count + 1)) }
        if given.hasPrefix("./") { return String(given.dropFirst(2)) }
        return given.hasPrefix("/") ? String(FileSystem.name(of: given)) : given
    }
}
