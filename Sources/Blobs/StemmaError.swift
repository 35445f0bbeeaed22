/// What went wrong, with the offending values, and what to do next.
///
/// Nothing in the store has changed when one of these is thrown, unless `message` says otherwise.
public struct StemmaError: Error, Sendable, CustomStringConvertible {
    /// The kind of error, as `--json` prints it. An open set: later releases may add codes.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The word that `--json` prints.
        public let rawValue: String
        /// A code of that word.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// A code of that word.
        public init(_ rawValue: String) { self.rawValue = rawValue }
    }

    /// What kind of error it is.
    public let code: Code
    /// What was wrong, with the name and the value. One line, lower case, no full stop.
    public let message: String
    /// What to do next, where there is something.
    public let hint: String?
    /// The values in `message` one by one (`path`, `digest`, `expected`, `found`, `line`, ...).
    public let fields: [String: String]

    /// An error with its text and values.
    public init(_ code: Code, _ message: String, hint: String? = nil, fields: [String: String] = [:]) {
        self.code = code
        self.message = message
        self.hint = hint
        self.fields = fields
    }

    /// The message, and the hint in parentheses where there is one.
    public var description: String {
        hint.map { "\(message) (\($0))" } ?? message
    }
}

extension StemmaError.Code {
    /// A system call failed; `fields` has `path`, `errno` and `call`.
    public static let system = Self("system")
    /// A file or directory that was asked for is not there.
    public static let fileNotFound = Self("file-not-found")
    /// Permission to read or write is missing.
    public static let permissionDenied = Self("permission-denied")
    /// No space is left on the device, or a quota is reached.
    public static let diskFull = Self("disk-full")
    /// Stored bytes are not what their digest, size or checksum says. Never used for absence.
    public static let corrupt = Self("corrupt")
    /// An object that something names is nowhere to be found. Never used for damage.
    public static let objectMissing = Self("object-missing")
}
