import Glibc
import Stemma

/// Errors of where results go, made in one place.
enum OutputError {
    static func cannotWrite(_ name: String, errno code: Int32) -> StemmaError {
        StemmaError(
            code == ENOSPC ? .diskFull : .system, "cannot write to \(name): \(String(cString: strerror(code)))",
            fields: ["path": name, "call": "write", "errno": String(code)])
    }
}
