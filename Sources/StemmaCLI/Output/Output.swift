import Glibc
import Stemma

/// Where results go, in both forms: lines for people, or JSON Lines for programs (Docs/Output.md).
///
/// Results go to standard output; remarks and errors to standard error.
final class Output {
    let isJSON: Bool
    let isQuiet: Bool
    private let results = DescriptorWriter(STDOUT_FILENO, name: "standard output")
    private let remarks = DescriptorWriter(STDERR_FILENO, name: "standard error")
    private var columns = Columns()
    private let isColored: (results: Bool, remarks: Bool)
    /// What the command has done, once it has, and what is still to be printed: said where that cannot be written.
    private var accomplished: (done: String, unprinted: String)?

    init(json: Bool, quiet: Bool, environment: Environment) {
        isJSON = json
        isQuiet = quiet
        let mayColor = environment.noColor == nil && environment.terminal != "dumb"
        isColored = (mayColor && results.isTerminal && !json, mayColor && remarks.isTerminal)
    }

    /// Whether progress is worth showing.
    var showsProgress: Bool { remarks.isTerminal && !isQuiet }

    // MARK: Results

    /// One result: an object with `kind`, or a row for people.
    func emit(_ kind: String, _ members: @autoclosure () -> JSONObject, _ row: @autoclosure () -> [Cell])
        throws
    {
        if isJSON { try writeObject(kind, members()) } else { try self.row(row()) }
    }

    /// One result that is a line of its own for people, not a row of a table.
    func emit(_ kind: String, _ members: @autoclosure () -> JSONObject, line cell: @autoclosure () -> Cell)
        throws
    {
        if isJSON { return try writeObject(kind, members()) }
        let cell = cell()
        try line(cell.text, cell.style)
    }

    /// An object about what was done, and a line for people that `--quiet` takes away.
    func emit(_ kind: String, _ members: @autoclosure () -> JSONObject, note text: @autoclosure () -> String)
        throws
    {
        if isJSON { try writeObject(kind, members()) } else { try note(text()) }
    }

    /// One result that is several rows for people.
    func emit(_ kind: String, _ members: @autoclosure () -> JSONObject, rows: @autoclosure () -> [[Cell]])
        throws
    {
        if isJSON { return try writeObject(kind, members()) }
        for row in rows() { try self.row(row) }
    }

    /// A result that is given as the bytes of its members: `"name":value,...`, for lists of many.
    func emit(_ kind: String, rawMembers: (inout [UInt8]) throws -> Void, _ row: @autoclosure () -> [Cell])
        throws
    {
        guard isJSON else { return try self.row(row()) }
        var line = Array("{\"kind\":\"\(kind)\",".utf8)
        try rawMembers(&line)
        line += [0x7D, 0x0A]
        try results.write(line)
    }

    /// What ends the output of every command but `list`: its figures, or a line for people.
    func summary(_ members: @autoclosure () -> JSONObject, _ text: @autoclosure () -> String? = nil) throws {
        if isJSON {
            try writeObject("summary", members())
        } else if let text = text() {
            try line(text)
        }
    }

    /// What ends the output of a command that changes something: its figures, or a line that `--quiet` takes away.
    func summary(_ members: @autoclosure () -> JSONObject, note text: @autoclosure () -> String?) throws {
        try summary(members(), isQuiet ? nil : text())
    }

    /// A line for people that says what was done, no result: `--quiet` takes it away.
    func note(_ text: @autoclosure () -> String) throws {
        if !isQuiet { try line(text()) }
    }

    /// A line that only people see: a heading, an explanation.
    func line(_ text: @autoclosure () -> String, _ style: Cell.Style = .plain) throws {
        guard !isJSON else { return }
        try endTable()
        try results.write(Cell(text(), style).render(padding: 0, colored: isColored.results) + "\n")
    }

    /// A row that only people see.
    func row(_ cells: @autoclosure () -> [Cell]) throws {
        guard !isJSON else { return }
        if columns.add(cells()) { try results.write(columns.take(colored: isColored.results)) }
    }

    /// Text that is the result itself, whatever the form: help, a completion script.
    func verbatim(_ text: String) throws {
        try endTable()
        try results.write(text)
    }

    /// Bytes that are the result itself: a payload.
    func payload(_ bytes: UnsafeRawBufferPointer) throws { try results.write(bytes) }

    var payloadGoesToTerminal: Bool { results.isTerminal }

    private func writeObject(_ kind: String, _ members: JSONObject) throws {
        // The members follow in canonical order; `kind` goes first, where people look for it.
        let rest = members.isEmpty ? "}" : "," + JSONValue.object(members).description.dropFirst()
        try results.write("{\"kind\":\"\(kind)\"\(rest)\n")
    }

    /// An error as an object.
    static func members(of error: StemmaError) -> JSONObject {
        var members: JSONObject = ["code": .string(error.code.rawValue), "message": .string(error.message)]
        if let hint = Hint.of(error) { members["hint"] = .string(hint) }
        if !error.fields.isEmpty {
            var fields = JSONObject()
            // Violations are told one by one, before the error.
            for (name, value) in error.fields where name != StemmaError.violationsField {
                fields[name] = .string(value)
            }
            members["fields"] = .object(fields)
        }
        return members
    }

    private func endTable() throws {
        if !columns.isEmpty { try results.write(columns.take(colored: isColored.results)) }
        columns.end()
    }

    /// Writes out what is buffered; throws when it cannot be written.
    func finish() throws {
        try endTable()
        try results.flush()
        try remarks.flush()
    }

    /// The error as it is to be reported: one that comes from writing results also says what was done before it.
    func explained(_ error: StemmaError) -> StemmaError {
        guard let (done, unprinted) = accomplished, error.fields["path"] == results.name else { return error }
        return StemmaError(
            error.code, "\(done), but \(unprinted) could not be printed: \(error.message)",
            fields: error.fields)
    }

    /// Remembers that the store was changed: what goes wrong from here on is no reason to do it again.
    func accomplish(_ done: String, unprinted: String = "this") { accomplished = (done, unprinted) }

    // MARK: Remarks

    /// Something worth knowing that is no result.
    func remark(_ text: @autoclosure () -> String) throws {
        guard !isJSON, !isQuiet else { return }
        try remarks.write(text() + "\n")
    }

    /// An error: on standard error for people, and with `--json` on standard output too.
    func report(_ error: StemmaError) throws {
        do {
            try endTable()
            if isJSON {
                for members in ViolationText.members(of: error) { try writeObject("violation", members) }
                try writeObject("error", Self.members(of: error))
            }
            // What came before stands before the error, also where both go to one terminal.
            try results.flush()
        } catch {
            // Results that cannot be written are no reason to keep the error to oneself.
        }
        try remarks.write(
            Cell("error: ", .bad).render(padding: 0, colored: isColored.remarks)
                + Shell.visible(error.message) + "\n")
        if let hint = Hint.of(error) { try remarks.write("hint: \(Shell.visible(hint))\n") }
        try remarks.flush()
    }
}
