import CSQLite
import StemmaBlobs

/// One prepared statement; owned by its connection.
final class Statement {
    private let handle: OpaquePointer
    private unowned let connection: Connection
    private(set) var isBusy = false

    /// Tells SQLite to copy what is bound.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ handle: OpaquePointer, connection: Connection) {
        self.handle = handle
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ values: [SQLValue]) throws {
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            switch value {
            case .null: try check(sqlite3_bind_null(handle, position))
            case .integer(let integer): try check(sqlite3_bind_int64(handle, position, integer))
            case .text(let text):
                var text = text
                try check(
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            sqlite3_bind_text(
                                handle, position, $0.baseAddress, Int32($0.count), Self.transient)
                        }
                    })
            case .blob(let bytes): try bytes.withUnsafeBytes { try bind($0, at: position) }
            }
        }
    }

    /// Binds bytes, which are copied.
    func bind(_ bytes: UnsafeRawBufferPointer, at position: Int32) throws {
        guard let base = bytes.baseAddress else {
            return try check(sqlite3_bind_zeroblob(handle, position, 0))
        }
        try check(sqlite3_bind_blob64(handle, position, base, UInt64(bytes.count), Self.transient))
    }

    func bind(_ integer: Int64, at position: Int32) throws {
        try check(sqlite3_bind_int64(handle, position, integer))
    }

    /// Whether there is a (next) row.
    func step() throws -> Bool {
        if !isBusy { connection.counter.up() }
        isBusy = true
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw connection.error(code, String(cString: sqlite3_sql(handle)))
        }
    }

    func reset() {
        isBusy = false
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func text(_ column: Int32) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    /// The column's bytes, valid until the next step.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let base = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: base, count: Int(sqlite3_column_bytes(handle, column)))
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw connection.error(code, String(cString: sqlite3_sql(handle))) }
    }
}
