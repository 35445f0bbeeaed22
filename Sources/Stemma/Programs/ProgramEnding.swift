import StemmaBlobs
import StemmaRecords

extension ChildProcess.Ending {
    /// Throws `.programFailed` for every ending but that with status 0, and `.interrupted`.
    ///
    /// - Parameters:
    ///   - program: its name, for the message.
    ///   - lines: the last that it wrote.
    func check(_ program: String, lines: String, limit: Double?) throws {
        switch self {
        case .exited(0): return
        case .exited(127):
            throw StemmaError.programFailed(
                program, "exited with status 127: it did not find a program", lines: lines)
        case .exited(let status):
            throw StemmaError.programFailed(program, "exited with status \(status)", lines: lines)
        case .signal(let signal):
            let reason = signal == 9 ? ", which is also what a machine short of memory does" : ""
            throw StemmaError.programFailed(program, "was ended by signal \(signal)\(reason)", lines: lines)
        case .timeLimit:
            let limit = Scalar.number(limit ?? 0).text
            throw StemmaError.programFailed(
                program, "took longer than \(limit) \(limit == "1" ? "second" : "seconds") and was ended",
                lines: lines)
        case .interrupted: throw StemmaError.interrupted()
        }
    }
}

extension StemmaError {
    /// What a program is that the system does not start; any other error as it is.
    static func notStarted(_ program: String, _ error: StemmaError) -> StemmaError {
        guard error.isSystem(8) else { return error }
        return programFailed(
            program, "is no program that this machine runs: a script begins with a line such as #!/bin/sh")
    }
}
