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

    /// Reads the file. Throws `.codeMissing` when there is none, or it is no regular one.
    init(_ given: String, in directory: String) throws {
        isAbsolute = given.hasPrefix("/")
        path = isAbsolute ? given : "\(directory)/\(given)"
        name = Self.portable(given, path, in: directory)
        do {
            let status = try FileSystem.status(path, followLinks: true)
            if let kind = status?.kind, kind != .regular {
                // A pipe would be waited for.
                throw StemmaError.codeMissing(
                    given, kind == .directory ? "is a directory" : "is no regular file")
            }
            self.status = Mutex(status)
            digest = try FileSystem.digest(of: path).digest
        } catch let error as StemmaError where error.code == .fileNotFound {
            throw StemmaError.codeMissing(given, "is not there")
        }
    }

    /// Whether it was given by a whole path that leads out of a directory.
    func isOutside(_ directory: String) -> Bool { isAbsolute && Self.below(directory, path) == nil }

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

    /// A path below the directory relative to it, whichever way it is spelled; of any other absolute path the name alone:
    /// where a file lies on this machine is no part of what a program is.
    private static func portable(_ given: String, _ path: String, in directory: String) -> String {
        below(directory, path) ?? (given.hasPrefix("/") ? String(FileSystem.name(of: given)) : given)
    }

    /// What is left of a path in the directory. Links on the way are followed; what the file itself is a link to is not.
    private static func below(_ directory: String, _ path: String) -> String? {
        guard let folder = try? FileSystem.realPath(FileSystem.parent(of: path)),
            let root = try? FileSystem.realPath(directory)
        else { return nil }
        let whole = "\(folder)/\(FileSystem.name(of: path))"
        return whole.hasPrefix(root + "/") ? String(whole.dropFirst(root.count + 1)) : nil
    }
}
