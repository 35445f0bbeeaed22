import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// A run of a program that migrates values: it reads JSON Lines and answers each line with one, in order.
///
/// Values are handed over while others come back, so that any number of them takes constant memory. Nothing is left
/// running when it returns or throws.
struct ProgramMigration: Sendable {
    let program: MigrationProgram
    let surroundings: ProgramSurroundings
    /// The largest document that is taken as an answer, in bytes.
    var maxDocumentBytes = StoreSettings.defaultMaxDocumentBytes
    /// Asked several times a second.
    var isStopped: @Sendable () -> Bool = { false }
    /// Asked likewise, once the program was told to end: whether it is not to have a moment for it.
    var isHurried: @Sendable () -> Bool = { false }

    /// Runs the program once.
    ///
    /// - Parameters:
    ///   - next: the next value; `nil` after the last. It is asked some values ahead of the answers.
    ///   - take: is given the answer to each value, in the order of the values. What it was given is worth nothing when
    ///     this throws in the end.
    /// Throws `.programNotFound`, `.programFailed`, `.invalidAnswer` with the number of the `answer`, `.interrupted`,
    /// and what `next` and `take` throw.
    func run(next: () throws -> JSONValue?, take: (JSONValue) throws -> Void) throws {
        let name = program.words[0]
        var given = 0
        var answered = 0
        let process: ConversingProcess
        do {
            process = try ConversingProcess(
                surroundings.path(of: name), program.words, environment: surroundings.environment,
                otherEnvironment: surroundings.otherEnvironment, directory: surroundings.directory,
                largestLine: maxDocumentBytes)
        } catch let error as StemmaError {
            throw StemmaError.notStarted(name, error)
        }
        do {
            let outcome = try process.converse(
                limit: surroundings.timeLimit, isStopped: isStopped, isHurried: isHurried,
                next: { line in
                    guard let value = try next() else { return false }
                    try value.appendCanonical(to: &line)
                    line.append(UInt8(ascii: "\n"))
                    given += 1
                    return true
                },
                take: { line in
                    guard answered < given else {
                        throw Fault(answer: answered + 1, what: "has no value that it would be the answer to")
                    }
                    answered += 1
                    try take(try value(line, answered))
                })
            try outcome.ending.check(name, lines: process.lastLines, limit: surroundings.timeLimit)
            guard outcome.hasReadAll, answered == given else {
                throw Fault(
                    answer: answered + 1,
                    what: outcome.hasReadAll
                        ? "is missing: it ended after \(answered) of \(given)"
                        : "is missing: it ended before it had read all values")
            }
        } catch let fault as Fault {
            throw StemmaError.invalidAnswer(name, fault.answer, fault.what, lines: process.lastLines)
        }
    }

    /// What is wrong with an answer, before it is known what the program had to say.
    private struct Fault: Error {
        let answer: Int
        let what: String
    }

    private func value(_ line: UnsafeRawBufferPointer, _ number: Int) throws -> JSONValue {
        do {
            return try JSONParser.parse(line, integers: .limited)
        } catch let error as StemmaError where [.malformedJSON, .integerTooLarge].contains(error.code) {
            throw Fault(answer: number, what: "is no JSON in one line: \(error.message)")
        }
    }
}

extension StemmaError.Code {
    /// A program that migrates values did not answer each with one; `fields` has `program` and `answer`, from 1.
    public static let invalidAnswer = Self("invalid-answer")
}

extension StemmaError {
    static func invalidAnswer(
        _ program: String, _ number: Int, _ what: String, lines: String
    ) -> StemmaError {
        StemmaError(
            .invalidAnswer,
            "answer \(number) of \(printable(program)) \(what)" + (lines.isEmpty ? "" : "\n" + lines),
            hint: "it has to write one line of JSON for each line that it reads, in the same order",
            fields: ["program": program, "answer": String(number)])
    }
}
