import Stemma
import StemmaBlobs

/// Errors of files that a user names, made in one place.
enum FileError {
    /// A system call failed on a path that was typed.
    static func system(_ call: String, _ path: String, errno code: Int32) -> StemmaError {
        StemmaError.system(call, path, code)
    }

    /// An error in the content of a file, with the file's name before it where it has none.
    static func naming(_ path: String, _ error: StemmaError) -> StemmaError {
        guard error.fields["path"] == nil, error.fields["offset"] != nil || error.fields["line"] != nil else {
            return error
        }
        return StemmaError(
            error.code, "\(path): \(error.message)", hint: error.hint,
            fields: error.fields.merging(["path": path]) { $1 })
    }

    static func lineTooLong(_ path: String, line: Int, limit: Int) -> StemmaError {
        StemmaError(
            .tooLarge, "\(path):\(line): the line is longer than \(Amount.bytes(limit))",
            hint: "give the payload as a file: \"file\": \"PATH\" in place of \"value\"",
            fields: ["path": path, "line": String(line), "limit": String(limit)])
    }
}
