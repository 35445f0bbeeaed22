import Stemma

/// The names of formats, as the command line takes them.
enum FormatName {
    static let known = ["json", "npy", "csv", "bytes"]

    static func read(_ name: String) throws -> PayloadFormat {
        guard known.contains(name) else {
            throw UsageError.make(
                "'\(Shell.visible(name))' is no format", hint: "one of: \(known.joined(separator: ", "))")
        }
        return PayloadFormat(rawValue: name)
    }
}
