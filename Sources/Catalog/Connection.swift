import CSQLite
import Glibc
import StemmaBlobs

/// One SQLite connection, with its prepared statements; used under its owner's lock.
final class Connection {
    private var handle: OpaquePointer?
    private var statements: [String: Statement] = [:]
    /// The same for statements that are written in the program, by where their text stands: those that run once for
    /// every record are not looked up by a hash of their text.
    private var fixedStatements: [UInt: Statement] = [:]

    let counter: QuestionCounter

    /// Opens the file at `path`, or a database in memory for `nil`.
    init(path: String?, counter: QuestionCounter = QuestionCounter()) throws {
        self.counter = counter
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path ?? ":memory:", &handle, flags, nil)
        guard code == SQLITE_OK else { throw error(code, "open") }
    }

    deinit {
        statements.removeAll()
        fixedStatements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Runs statements that take and give nothing.
    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, sql) }
    }

    /// The prepared statement for `sql`, made once, with its parameters bound in order.
    func prepare(_ sql: String) throws -> Statement {
        if let statement = statements[sql], !statement.isBusy { return statement }
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw error(code, sql) }
        let statement = Statement(pointer, connection: self)
        // A statement that is in use by an outer loop keeps its place; this one lives as long as its user.
        if statements[sql] == nil { statements[sql] = statement }
        return statement
    }

    /// The same for a statement that never stands inside itself and takes its parameters one by one.
    func prepare(fixed sql: StaticString) throws -> Statement {
        let place = UInt(bitPattern: sql.utf8Start)
        if let statement = fixedStatements[place] { return statement }
        let statement = try prepare("\(sql)")
        fixedStatements[place] = statement
        return statement
    }

    /// Runs a statement to its end, without looking at rows.
    func run(_ sql: String, _ values: SQLValue...) throws {
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {}
    }

    /// The first row's value, made by `read`; `nil` when there is no row.
    func first<T>(_ sql: String, _ values: SQLValue..., read: (Statement) throws -> T) throws -> T? {
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        return try statement.step() ? try read(statement) : nil
    }

    /// Every row, made by `read`.
    func all<T>(_ sql: String, _ values: SQLValue..., read: (Statement) throws -> T) throws -> [T] {
        var rows: [T] = []
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() { rows.append(try read(statement)) }
        return rows
    }

    /// Hands every row to `body` without keeping any, until it returns false.
    func each(_ sql: String, _ values: [SQLValue], _ body: (Statement) throws -> Bool) throws {
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {
            guard try body(statement) else { return }
        }
    }

    /// How many rows the last statement that writes has changed.
    var changedRows: Int { Int(sqlite3_changes(handle)) }
    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func setBusyTimeout(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

    func error(_ code: Int32, _ what: String) -> StemmaError {
        let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        return .catalog(
            code: code, text: text, statement: what, errno: handle.map { sqlite3_system_errno($0) } ?? 0)
    }
}

/// A value bound to a parameter.
enum SQLValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
}
