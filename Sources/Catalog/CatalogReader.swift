import StemmaRecords
import Synchronization

/// A connection with one read transaction, which sees the catalog as it was when the value was made.
///
/// Unchecked, because the connection is used under the mutex only.
package final class CatalogReader: @unchecked Sendable {
    private let connection: Connection
    private let keys: KeyDeclarations
    private let mutex = Mutex(())

    init(_ connection: Connection, keys: KeyDeclarations) throws {
        self.connection = connection
        self.keys = keys
        connection.setBusyTimeout(milliseconds: 10_000)
        try connection.execute("BEGIN")
        // SQLite begins to read, and so fixes the moment, at the first statement.
        _ = try connection.first("SELECT count(*) FROM meta") { $0.integer(0) }
    }

    /// Asks the catalog as it was then.
    package func read<T>(_ body: (CatalogView) throws -> T) throws -> T {
        try mutex.withLock { _ in try body(CatalogView(connection: connection, keys: keys)) }
    }
}
