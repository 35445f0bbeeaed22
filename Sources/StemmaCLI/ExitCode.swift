import Stemma

/// What a script learns from the end of the process. These numbers are a promise.
enum ExitCode: Int32 {
    /// Done; also when there was nothing to do.
    case done = 0
    /// It could not be done, or what was asked to be checked does not hold.
    case failed = 1
    /// The command line is wrong.
    case usage = 2
    /// Conflicts are left to resolve.
    case conflicts = 3
    /// `fsck` found damage.
    case damage = 4
    /// Another process held the store, or git's index, for longer than `--wait`.
    case locked = 5
    /// There is no store.
    case noStore = 10

    /// The one place where errors become exit codes.
    init(_ error: StemmaError) {
        switch error.code.rawValue {
        case "usage": self = .usage
        case "conflicts": self = .conflicts
        case "locked", "index-locked": self = .locked
        case "no-store": self = .noStore
        default: self = .failed
        }
    }
}
