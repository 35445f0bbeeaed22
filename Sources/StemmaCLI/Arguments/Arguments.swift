/// What stood on the command line, once options and words are told apart.
struct Arguments: Sendable {
    /// The words that are no options, in order.
    var words: [String] = []
    /// How many of them stood before `--`; `nil` when there was no `--`.
    var separator: Int?
    private var options: [String: [String]] = [:]
    /// Options with values, in the order in which they were given.
    private var given: [(option: String, value: String)] = []

    /// The words before `--`, or all of them.
    var wordsBeforeSeparator: ArraySlice<String> { words[..<(separator ?? words.count)] }
    /// The words after `--`.
    var wordsAfterSeparator: ArraySlice<String> { words[(separator ?? words.count)...] }

    func has(_ option: String) -> Bool { options[option] != nil }

    /// The value of an option that is given at most once.
    func value(_ option: String) -> String? { options[option]?.first }

    /// All values of an option that repeats.
    func values(_ option: String) -> [String] { options[option] ?? [] }

    /// All values of several options that repeat, in the order in which they were given.
    func values(of options: Set<String>) -> [(option: String, value: String)] {
        given.filter { options.contains($0.option) }
    }

    /// The value of an option as a count; throws a usage error when it is none, or less than `least`.
    func count(_ option: String, least: Int = 0) throws -> Int? {
        guard let text = value(option) else { return nil }
        guard let count = Int(text), count >= least else {
            throw UsageError.notACount(text, option: option, least: least)
        }
        return count
    }

    /// The value of an option that names a file; throws a usage error when it is empty.
    func file(_ option: String) throws -> String? {
        guard let path = value(option) else { return nil }
        guard !path.isEmpty else { throw UsageError.noFile(option) }
        return path
    }

    /// Throws a usage error when words are given beside an option that says all there is to say.
    func refuseWords(beside option: String) throws {
        if let word = words.first { throw UsageError.standsAlone(option, word) }
    }

    mutating func add(_ option: Option, value: String?) throws {
        if let value {
            guard option.repeats || options[option.name] == nil else { throw UsageError.givenTwice(option) }
            options[option.name, default: []].append(value)
            given.append((option.name, value))
        } else {
            options[option.name] = []
        }
    }
}
