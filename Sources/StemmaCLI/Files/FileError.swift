import Glibc
import Stemma

/// Errors of files that a user names, made in one place.
enum FileError {
    static func cannotEnter(_ directory: String, errno code: Int32) -> StemmaError {
        make("enter", directory, code)
    }

    static func cannotRead(_ path: String, errno code: Int32) -> StemmaError { make("read", path, code) }

    static func cannotWrite(_ path: String, errno code: Int32) -> StemmaError { make("write", path, code) }

    private static func make(_ call: String, _ path: String, _ code: Int32) -> StemmaError {
        let kind: StemmaError.Code =
            switch code {
            case ENOENT: .fileNotFound
            case EACCES, EPERM, EROFS: .permissionDenied
            default: .system
            }
        return StemmaError(
            kind, "cannot \(call) '\(Shell.visible(path))': \(String(cString: strerror(code)))",
            fields: ["path": path, "errno": String(code), "call": call])
    }
}
