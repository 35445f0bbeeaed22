internal import CSystem
internal import Glibc

/// A program that is fed lines while it answers lines, one thread doing both, so that neither waits for the other.
package final class ConversingProcess {
    private let group: ProcessGroup
    private let input: InputPipe
    private let output: LinePipe
    private let errors: OutputTail

    /// What a conversation came to.
    package struct Outcome {
        package let ending: ChildProcess.Ending
        /// Whether it was fed all that there was.
        package let hasReadAll: Bool
    }

    /// Starts a program; no shell is between. The parameters are those of `ChildProcess`.
    ///
    /// - Parameter largestLine: the longest line that it may answer, in bytes.
    /// Throws `.system` with the errno when the system does not start it.
    package init(
        _ path: String, _ words: [String], environment: [String: String], otherEnvironment: [[UInt8]] = [],
        directory: String, largestLine: Int
    ) throws {
        input = try InputPipe()
        output = try LinePipe(limit: largestLine, program: words.first ?? path)
        errors = try OutputTail()
        group = try ProcessGroup(
            path, words, environment: environment, otherEnvironment: otherEnvironment, directory: directory,
            input: input.reading, output: output.writing, errors: errors.writing)
        input.closeReading()
        output.closeWriting()
        errors.closeWriting()
    }

    /// Feeds the program and takes what it answers, until it ends.
    ///
    /// At most 64 KiB are asked for ahead of what the program has read.
    ///
    /// - Parameters:
    ///   - next: appends the next line, with its line end, and says whether there was one.
    ///   - take: is given each line, without its line end; also a last one that has none.
    ///   - limit, isStopped, isHurried: as those of `ChildProcess.wait`.
    /// Throws what `next` and `take` throw, and `.tooLarge` for a line above the limit; the program and all that it
    /// has started have ended then too.
    package func converse(
        limit: Double?, isStopped: () -> Bool, isHurried: () -> Bool = { false },
        next: (inout [UInt8]) throws -> Bool, take: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Outcome {
        var watch = ProcessWatch(limit: limit)
        do {
            while true {
                if watch.forced == nil { try input.fill(next) }
                wait(milliseconds: 20)
                input.write()
                readErrors()
                try output.read(take)
                if group.hasEnded { break }
                watch.look(at: group, isStopped, isHurried)
            }
            // What it wrote before it ended is there; what others that hold the pipe may still write is not waited for.
            readErrors()
            for _ in 0..<32 { if try !output.read(take) { break } }
            if watch.forced == nil { try output.finish(take) }
        } catch {
            watch.force(.interrupted, group)
            _ = watch.finish(group)
            readErrors()
            throw error
        }
        return Outcome(ending: watch.finish(group), hasReadAll: input.isFinished)
    }

    /// The last that the program wrote to standard error.
    package var lastLines: String { errors.lastLines }

    private func readErrors() {
        if errors.reading >= 0 { errors.readAvailable() }
    }

    /// Waits a moment until there is something to read, or room to write.
    private func wait(milliseconds: Int32) {
        var polled: [pollfd] = []
        for descriptor in [output.reading, errors.reading] where descriptor >= 0 {
            polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        if input.hasMore { polled.append(pollfd(fd: input.writing, events: Int16(POLLOUT), revents: 0)) }
        poll(&polled, nfds_t(polled.count), milliseconds)
    }
}
