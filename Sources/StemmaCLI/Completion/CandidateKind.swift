/// What can stand in a place of the command line, as far as completion is concerned.
enum CandidateKind: Sendable, Equatable {
    case nothing
    /// The shell knows files and directories itself.
    case files
    case directories
    case words([String])
    case commands
    /// The second words of the commands whose names begin with this one.
    case family(String)
    case revisions
    case variables
    /// Of the variable that stands on the line.
    case schemaVersions
    /// `NAME=`: keys of the store and version entries of the variable.
    case entries
    /// A revision or a variable.
    case comparison
}
