import Stemma

/// Errors of the options of `stemma run`, made in one place.
enum ProgramUsage {
    static func noCommand(_ words: Int) -> StemmaError {
        UsageError.make(
            words == 0
                ? "FUNCTION is missing"
                : words == 1 ? "the command is missing" : "the command stands behind --",
            hint: "stemma run FUNCTION -i NAME=VARIABLE -o VARIABLE=FILE -- PROGRAM {NAME} {VARIABLE}")
    }

    static func notAnEntry(_ word: String, _ option: String) -> StemmaError {
        UsageError.make("--\(option) takes \(form(option)), not '\(Shell.visible(word))'")
    }

    /// - Parameter part: what is not there, as the option's form has it.
    static func missing(_ part: String, in word: String, _ option: String) -> StemmaError {
        UsageError.make("--\(option) takes \(form(option)); \(part) is missing in '\(Shell.visible(word))'")
    }

    private static func form(_ option: String) -> String {
        switch option {
        case "input": "NAME=VARIABLE or NAME=VARIABLE@KEY=VALUE,..."
        case "output": "VARIABLE=FILE"
        case "format": "FORMAT or VARIABLE=FORMAT"
        default: "NAME=VALUE"
        }
    }

    static func formatOfNothing(_ variable: String) -> StemmaError {
        UsageError.make("--format names '\(Shell.visible(variable))', which is no output")
    }
}
