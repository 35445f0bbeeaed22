import StemmaRecords

/// A program that is run as a thunk: its command line, what goes into it, and what comes out of it.
///
/// The words of the command may name inputs, constants and outputs in braces: `{signal}`, `{low}`, `{FilteredSignal}`.
public struct ProgramThunk: Sendable {
    /// A record that the program is handed as a file.
    public struct Input: Sendable {
        /// What the command calls it; part of the identity of the call.
        public var name: String
        /// The variable whose record it is.
        public var variable: String
        /// Keys at which it stands whatever the combination has.
        public var keys: Keys
        /// Keys of the combination that it does not have.
        public var without: [String]
        /// Entries that its version must contain.
        public var version: Version

        /// The record at the combination's keys, unless others are named.
        public init(
            _ name: String, _ variable: String, at keys: Keys = [:], without: [String] = [],
            version: Version = [:]
        ) {
            (self.name, self.variable, self.keys, self.without) = (name, variable, keys, without)
            self.version = version
        }

        /// Whether it stands at keys of its own, and so says nothing of which combinations there are.
        var isFixed: Bool { !keys.isEmpty || !without.isEmpty }
    }

    /// A file that the program writes, which becomes a record.
    public struct Output: Sendable {
        /// The variable that it is saved in, and what the command calls it.
        public var variable: String
        /// The name that the file has, without a directory.
        public var fileName: String
        /// What is in it.
        public var format: PayloadFormat

        /// A file of that name. Its format is what the name's ending says when it is not said; else bytes.
        public init(_ variable: String, file fileName: String, format: PayloadFormat? = nil) {
            (self.variable, self.fileName) = (variable, fileName)
            self.format = format ?? PayloadFormat(fileName: fileName) ?? .bytes
        }
    }

    /// What lineage calls the function; part of its identity.
    public var name: String
    /// The program and its arguments, with placeholders. No shell reads them.
    public var command: [String]
    /// The records that it reads.
    public var inputs: [Input] = []
    /// Values that stand in the command as canonical text.
    public var constants: Version = [:]
    /// The names of inputs and constants in the order in which lineage counts them. It is no part of the identity; what is
    /// not named follows, the inputs and then the constants.
    public var order: [String] = []
    /// The files that it writes.
    public var outputs: [Output] = []
    /// Files whose content is part of the identity, relative to the directory.
    public var code: [String] = []
    /// Whether the program finds the keys in its environment, as `STEMMA_KEY_subject`; then they are part of the call.
    public var tellsKeys = false

    /// Where lineage counts each input and constant.
    var positions: [String: Int] {
        var positions: [String: Int] = [:]
        for name in order + inputs.map(\.name) + constants.entries.map(\.name) where positions[name] == nil {
            positions[name] = positions.count
        }
        return positions
    }

    /// A program without inputs and outputs yet.
    public init(_ name: String, command: [String]) { (self.name, self.command) = (name, command) }
}

/// Where programs run.
public struct ProgramSurroundings: Sendable {
    /// The directory that they start in, absolute.
    public var directory: String
    /// The environment that they are given. Programs are sought in its `PATH`.
    public var environment: [String: String]
    /// Entries of an environment, `NAME=VALUE`, that are not UTF-8: they are handed on as they are.
    public var otherEnvironment: [[UInt8]] = []
    /// After how many seconds a program is ended, with all that it has started; never when not said.
    public var timeLimit: Double?

    /// A directory and an environment.
    public init(directory: String, environment: [String: String], timeLimit: Double? = nil) {
        (self.directory, self.environment, self.timeLimit) = (directory, environment, timeLimit)
    }
}
