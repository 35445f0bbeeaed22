import Glibc
import Stemma

/// The whole of a run: parse, do, report, and the code to exit with.
struct Program {
    let commands: [Command]

    func run(_ count: Int32, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> ExitCode {
        let environment = Environment()
        var line: [String] = []
        for index in 1..<max(1, Int(count)) {
            guard let word = words[index] else { break }
            guard let text = String(validatingCString: word) else {
                let output = Output(json: false, quiet: false, environment: environment)
                return fail(UsageError.notUTF8(index), output)
            }
            line.append(text)
        }
        return run(line, environment)
    }

    private func run(_ line: [String], _ environment: Environment) -> ExitCode {
        // An error in the command line itself is reported in the form that the line asks for.
        let looksJSON = line.prefix { $0 != "--" }.contains("--json")
        var output = Output(json: looksJSON, quiet: false, environment: environment)
        do {
            if line.first == CompletionRequest.name {
                try CompletionRequest(commands, environment).answer(Array(line.dropFirst()), output)
                try output.finish()
                return .done
            }
            let request = try CommandLineParser(commands: commands).parse(line)
            output = Output(
                json: request.asksForJSON, quiet: request.arguments.has("quiet"),
                environment: environment)
            let code = try perform(request, output, environment)
            try output.finish()
            return code
        } catch {
            return fail(error, output)
        }
    }

    private func perform(
        _ request: CommandLineParser.Request, _ output: Output, _ environment: Environment
    ) throws -> ExitCode {
        switch request {
        case .help(nil, _):
            try output.verbatim(HelpText(commands).overview)
        case .help(let command?, _):
            try output.verbatim(HelpText(commands).page(of: command))
        case .familyHelp(let family, _):
            try output.verbatim(HelpText(commands).page(ofFamily: family))
        case .version:
            try Release.show(output)
        case .run(let command, let arguments):
            let session = try Session(command, arguments, output, environment)
            return try command.run(arguments, session)
        }
        return .done
    }

    private func fail(_ error: any Error, _ output: Output) -> ExitCode {
        do {
            switch error {
            case let error as StemmaError:
                try output.report(output.explained(error))
                return ExitCode(error)
            case is BrokenPipe:
                // Whoever read the results has had enough of them; that is no news to anybody.
                return .failed
            default:
                try output.report(StemmaError(.unexpected, "\(error)"))
            }
        } catch {
            // Nobody is there to be told.
        }
        return .failed
    }
}

extension StemmaError.Code {
    /// An error that has no code of its own.
    static let unexpected = Self("unexpected")
}

extension CommandLineParser.Request {
    fileprivate var arguments: Arguments {
        switch self {
        case .run(_, let arguments), .help(_, let arguments), .familyHelp(_, let arguments),
            .version(let arguments):
            arguments
        }
    }

    fileprivate var asksForJSON: Bool {
        if case .run(let command, let arguments) = self, command.printsJSON(arguments) { return true }
        return arguments.has("json")
    }
}
