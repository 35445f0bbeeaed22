import StemmaBlobs
import StemmaRecords

extension StemmaError.Code {
    /// A command has something in braces that is no input, constant, output or key; `fields` has `placeholder`.
    public static let unknownPlaceholder = Self("unknown-placeholder")
    /// A program to be run as a thunk cannot be one.
    public static let invalidProgram = Self("invalid-program")
    /// A file whose content is part of a program's identity is not there; `fields` has `path`.
    public static let codeMissing = Self("code-missing")
    /// A code file was changed while programs ran; `fields` has `path`.
    public static let codeChanged = Self("code-changed")
    /// There is no such program; `fields` has `program`.
    public static let programNotFound = Self("program-not-found")
    /// A program ended with another status than 0, or was ended; `fields` has `program`.
    public static let programFailed = Self("program-failed")
    /// A program did not write what it was to write, or something that is not of the format; `fields` has `output`.
    public static let invalidOutput = Self("invalid-output")
}

extension StemmaError {
    static func unknownPlaceholder(_ text: String, in word: String, _ known: [String]) -> StemmaError {
        StemmaError(
            .unknownPlaceholder, "nothing is called \(printable(text)) in '\(printable(word))'",
            hint: "there are: \(known.joined(separator: " ")); a brace itself is written twice: {{",
            fields: ["placeholder": printable(text)])
    }

    static func invalidProgram(_ what: String, hint: String? = nil) -> StemmaError {
        StemmaError(.invalidProgram, what, hint: hint)
    }

    static func zeroForProgram(_ what: String) -> StemmaError {
        invalidProgram(
            "\(what) has the character U+0000, at which the system cuts off what a program is told",
            hint: "save the value as a record, and hand it over as an input")
    }

    static func outputNotMentioned(_ name: String) -> StemmaError {
        invalidProgram(
            "the command does not mention the output {\(name)}, so that the program cannot write it",
            hint: "put {\(name)} where the program expects the name of the file")
    }

    static func codeMissing(_ path: String, _ what: String) -> StemmaError {
        StemmaError(
            .codeMissing, "the code file \(printable(path)) \(what)",
            hint: "name the files that the program is made of, relative to the directory it runs in",
            fields: ["path": path])
    }

    static func codeChanged(_ path: String) -> StemmaError {
        StemmaError(
            .codeChanged, "the code file \(printable(path)) was written to or removed during the run",
            hint: "what was computed before is saved, and nothing after; run it again", fields: ["path": path]
        )
    }

    static func programNotFound(_ name: String) -> StemmaError {
        StemmaError(
            .programNotFound, "there is no program '\(printable(name))'",
            hint: name.contains("/") ? "it must be there, and executable" : "it is sought in PATH",
            fields: ["program": name])
    }

    static func programFailed(_ program: String, _ what: String, lines: String = "") -> StemmaError {
        StemmaError(
            .programFailed, "\(printable(program)) \(what)" + (lines.isEmpty ? "" : "\n" + lines),
            fields: ["program": program])
    }

    static func invalidOutput(_ output: String, _ what: String, hint: String? = nil) -> StemmaError {
        StemmaError(
            .invalidOutput, "the output \(output) \(what)" + (hint.map { ": \($0)" } ?? ""),
            fields: ["output": output])
    }
}
