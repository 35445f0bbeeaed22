/// A program that was started and is waited for. It leads a process group, so that what it starts ends with it.
package final class ChildProcess {
    /// How it ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signal(Int32)
        case timeLimit
        case interrupted
    }

    private let group: ProcessGroup
    private let output: OutputTail
    private let errors: OutputTail

    /// Starts a program with nothing to read; no shell is between.
    ///
    /// - Parameters:
    ///   - path: the file of the program.
    ///   - words: its name and arguments.
    ///   - otherEnvironment: entries that are not text.
    /// Throws `.system` with the errno when the system does not start it.
    package init(
        _ path: String, _ words: [String], environment: [String: String], otherEnvironment: [[UInt8]] = [],
        directory: String
    ) throws {
        output = try OutputTail()
        errors = try OutputTail()
        group = try ProcessGroup(
            path, words, environment: environment, otherEnvironment: otherEnvironment, directory: directory,
            input: nil, output: output.writing, errors: errors.writing)
        output.closeWriting()
        errors.closeWriting()
    }

    /// Waits until it ends.
    ///
    /// - Parameters:
    ///   - limit: after how many seconds it is ended, with its process group.
    ///   - isStopped: asked several times a second; when it says so, the program is told to end, and ended when it has
    ///     not after two seconds.
    ///   - isHurried: asked likewise; when it says so, the program is ended without being told before.
    /// - Returns: how it ended, and the last that it wrote to standard error, or else to standard output.
    package func wait(
        limit: Double?, isStopped: () -> Bool, isHurried: () -> Bool = { false }
    ) -> (ending: Ending, lastLines: String) {
        var watch = ProcessWatch(limit: limit)
        while true {
            OutputTail.read([output, errors], milliseconds: 20)
            if group.hasEnded { break }
            watch.look(at: group, isStopped, isHurried)
        }
        OutputTail.read([output, errors], milliseconds: 0)
        let ending = watch.finish(group)
        let lines = errors.lastLines
        return (ending, lines.isEmpty ? output.lastLines : lines)
    }
}
