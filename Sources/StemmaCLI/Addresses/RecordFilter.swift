import Stemma

/// Which records a command is about: those of a variable, or of all, that have the values named.
struct RecordFilter {
    var variable: String?
    var values: Filter
    /// The one version that `--version` states; `nil` when entries are only to be contained.
    var wholeVersion: Version?

    var isEmpty: Bool { variable == nil && values.isEmpty && wholeVersion == nil }

    func matches(_ record: Record) -> Bool {
        (variable == nil || record.variable == variable) && values.matches(record)
            && (wholeVersion == nil || record.version == wholeVersion)
    }

    /// The names of the variables that are meant.
    func variables(in view: any ReadView) throws -> [String] {
        if let variable { [variable] } else { try view.variables().map(\.name) }
    }

    /// Hands over the records that are meant until `body` returns false.
    func forEachRecord(in view: any ReadView, _ body: (Record) throws -> Bool) throws {
        var goesOn = true
        for variable in try variables(in: view) where goesOn {
            try view.forEachRecord(of: variable, matching: values) { record in
                if matches(record) { goesOn = try body(record) }
                return goesOn
            }
        }
    }
}
