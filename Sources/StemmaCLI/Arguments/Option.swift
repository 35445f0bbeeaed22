/// An option as a command declares it: parsing, help and completion are made from this.
struct Option: Sendable {
    /// The long name, without its dashes.
    let name: String
    /// The short form: `o` for `-o`.
    let letter: Character?
    /// What help calls the value; `nil` for an option that is only there or not.
    let value: String?
    let completes: CandidateKind
    /// Whether it may be given several times, each with a value of its own.
    let repeats: Bool
    let help: String

    /// An option without a value.
    static func flag(_ name: String, letter: Character? = nil, _ help: String) -> Option {
        Option(name: name, letter: letter, value: nil, completes: .nothing, repeats: false, help: help)
    }

    /// An option that takes a value: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`.
    static func taking(
        _ value: String, _ name: String, letter: Character? = nil, completes: CandidateKind = .nothing,
        repeats: Bool = false, _ help: String
    ) -> Option {
        Option(name: name, letter: letter, value: value, completes: completes, repeats: repeats, help: help)
    }

    /// As help writes it: `-o, --output FILE`.
    var synopsis: String {
        [letter.map { "-\($0)" }, "--\(name)"].compactMap(\.self).joined(separator: ", ")
            + (value.map { " \($0)" } ?? "")
    }
}
