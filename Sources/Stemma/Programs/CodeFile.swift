import StemmaBlobs
import StemmaRecords

/// A file whose content is part of a program's identity.
struct CodeFile: Sendable {
    /// The name that the identity has: as it was given, and never an absolute path.
    let name: String
    let digest: Digest
    /// Where it is on this machine.
    let path: String
    /// Whether it was given by its whole path.
    private let isAbsolute: Bool
    private let status: FileStatus?

    /// Reads the file. Throws `.codeMissing` when there is none.
    init(_ given: String, in directory: String) throws {
        isAbsolute = given.hasPrefix("/")
        path = isAbsolute ? given : "\(directory)/\(given)"
        name = Self.portable(given, in: directory)
        do {
            status = try FileSystem.status(path, followLinks: true)
            if status?.kind == .directory { throw StemmaError.codeMissing(given, "is a directory") }
            digest = try GeneratedFile.read(path).digest
        } catch let error as StemmaError where error.code == .fileNotFound {
            throw StemmaError.codeMissing(given, "is not there")
        }
    }

    /// Whether it was given by a whole path that leads out of a directory.
    func isOutside(_ directory: String) -> Bool { isAbsolute && !path.hasPrefix(directory + "/") }

    /// Whether nobody has touched the file since it was read.
    var isUnchanged: Bool {
        get throws { try FileSystem.status(path, followLinks: true) == status }
    }

    /// A path below the directory relative to it; of any other absolute path the name alone: where a file lies on this
    /// machine is no part of what a program is.
    private static func portable(_ given: String, in directory: String) -> String {
        if given.hasPrefix(directory + "/") { return String(given.dropFirst(directory.count + 1)) }
        if given.hasPrefix("./") { return String(given.dropFirst(2)) }
        return given.hasPrefix("/") ? String(FileSystem.name(of: given)) : given
    }
}
