import StemmaBlobs

/// A file outside of the store as an argument: the function is handed its path.
struct FileArgument: Sendable {
    let path: String
    let digest: Digest
    private let status: FileStatus?

    /// Reads the file for its digest. Throws `.fileNotFound`.
    init(_ path: String) throws {
        self.path = path
        status = try FileSystem.status(path, followLinks: true)
        digest = try FileSystem.digest(of: path).digest
    }

    /// Throws `.inputChanged` when the file is not what it was: the function may have read something else.
    func check() throws {
        guard try FileSystem.status(path, followLinks: true) == status else {
            throw StemmaError.inputChanged(path)
        }
    }
}

extension StemmaError.Code {
    /// A file that a function was given was written to while the function ran; `fields` has `path`.
    public static let inputChanged = Self("input-changed")
}

extension StemmaError {
    static func inputChanged(_ path: String) -> StemmaError {
        StemmaError(
            .inputChanged, "\(printable(path)) was changed while the function ran",
            hint: "nothing was recorded; run it again", fields: ["path": path])
    }
}
