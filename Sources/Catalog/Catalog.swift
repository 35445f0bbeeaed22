import StemmaBlobs
import StemmaRecords

/// The index of a store's work tree, kept in SQLite and derived from the store's files.
///
/// It is used under its owner's lock. Two connections, so that readers do not see what a transaction has not
/// committed; a catalog in memory has one and is never written by a transaction.
package final class Catalog {
    package let paths: StorePaths
    package let settings: StoreSettings
    /// Git's id of some bytes. The catalog keeps it so that `status` and `commit` need not read pages.
    package let contentID: (UnsafeRawBufferPointer) -> [UInt8]

    private let file: String?
    private let counter = QuestionCounter()
    private var reader: Connection
    private var writer: Connection?
    /// Whether an update is under way, which has the only connection that writes.
    private var isUpdating = false

    /// Opens the catalog, or makes it when it is absent, damaged, of another version or for other keys.
    ///
    /// - Parameter inMemory: for a store that cannot be written.
    package init(
        paths: StorePaths, settings: StoreSettings, inMemory: Bool,
        contentID: @escaping (UnsafeRawBufferPointer) -> [UInt8]
    ) throws {
        self.paths = paths
        self.settings = settings
        self.contentID = contentID
        file = inMemory ? nil : paths.catalog
        if let file {
            try FileSystem.createDirectory(paths.local)
            do {
                reader = try Self.open(file, settings, counter)
            } catch let error as StemmaError where error.code == .catalogDamaged {
                try Self.remove(file)
                reader = try Self.open(file, settings, counter)
            }
        } else {
            reader = try Self.open(nil, settings, counter)
        }
    }

    package var isInMemory: Bool { file == nil }

    /// How many statements were begun to read from it.
    package var questions: Int { counter.count }

    /// Makes the catalog anew after damage was met. It is derived: the next look at the work tree fills it.
    package func rebuild() throws {
        guard let file else { return }
        writer = nil
        reader = try Connection(path: nil)
        try Self.remove(file)
        reader = try Self.open(file, settings, counter)
    }

    private static func open(
        _ file: String?, _ settings: StoreSettings, _ counter: QuestionCounter
    ) throws -> Connection {
        let connection = try Connection(path: file, counter: counter)
        connection.setBusyTimeout(milliseconds: 10_000)
        let wanted = settings.fileContent
        try connection.execute(Schema.settings)
        if try isCurrent(connection, wanted) { return connection }
        try connection.execute("BEGIN IMMEDIATE")
        // Another process may have made it while this one waited.
        if try !isCurrent(connection, wanted) {
            let tables = try connection.all(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ) { $0.text(0) }
            for table in tables { try connection.execute("DROP TABLE \"\(table)\"") }
            try connection.execute(Schema.statements)
            try connection.run("INSERT INTO meta VALUES('settings', ?)", .blob(wanted))
            try connection.execute("PRAGMA user_version = \(Schema.version)")
        }
        try connection.execute("COMMIT")
        return connection
    }

    private static func isCurrent(_ connection: Connection, _ settings: [UInt8]) throws -> Bool {
        guard try connection.first("PRAGMA user_version", read: { $0.integer(0) }) == Schema.version else {
            return false
        }
        return try connection.first(
            "SELECT value FROM meta WHERE name = 'settings'", read: { Array($0.bytes(0)) })
            == settings
    }

    private static func remove(_ file: String) throws {
        for suffix in ["", "-wal", "-shm"] { try FileSystem.remove(file + suffix) }
    }

    /// Reads inside one transaction: everything that `body` asks is of one moment.
    package func read<T>(_ body: (CatalogView) throws -> T) throws -> T {
        let view = CatalogView(connection: reader, keys: settings.keys)
        if reader.isInTransaction { return try body(view) }
        try reader.execute("BEGIN")
        defer { try? reader.execute("COMMIT") }
        return try body(view)
    }

    /// A number that changes whenever another connection, of this process or another, has changed the catalog.
    package func dataVersion() throws -> Int {
        try reader.first("PRAGMA data_version", read: { $0.integer(0) }) ?? 0
    }

    /// The catalog as it is now, outside of any transaction of the reader.
    ///
    /// Ends the reader's transaction, so that what was committed since it began is seen.
    package func freshView() throws -> CatalogView {
        if reader.isInTransaction {
            try reader.execute("COMMIT")
            try reader.execute("BEGIN")
        }
        return CatalogView(connection: reader, keys: settings.keys)
    }

    /// A reader of its own, whose transaction lasts as long as the value: a listing sees one moment, however long it
    /// takes. `nil` for a catalog in memory, which has one connection.
    package func independentReader() throws -> CatalogReader? {
        guard let file else { return nil }
        return try CatalogReader(Connection(path: file, counter: counter), keys: settings.keys)
    }

    /// Begins the transaction that changes the catalog; it ends with `commit` or `rollback`.
    ///
    /// Throws `.catalogBusy` when another process writes it for longer than `waiting` seconds.
    package func update(waiting: Double) throws -> CatalogUpdate {
        guard !isUpdating else { throw StemmaError.catalogIsBeingUpdated() }
        let connection: Connection
        if file == nil {
            // There is one connection: what a reader has begun ends here, and it goes on with the new state.
            if reader.isInTransaction { try reader.execute("COMMIT") }
            connection = reader
        } else if let writer {
            connection = writer
        } else {
            connection = try Connection(path: file)
            try connection.execute(Schema.settings)
            writer = connection
        }
        connection.setBusyTimeout(
            milliseconds: Int32(max(0, min(waiting.isNaN ? 0 : waiting, 1_000_000)) * 1000))
        try connection.execute("BEGIN IMMEDIATE")
        isUpdating = true
        return CatalogUpdate(
            connection: connection, paths: paths, settings: settings, contentID: contentID
        ) { [weak self] in self?.isUpdating = false }
    }

    /// Something small that later opens want to know, such as which commits were looked at for packs.
    package func note(_ name: String) throws -> [UInt8]? {
        try reader.first("SELECT value FROM meta WHERE name = ?", .text("note." + name)) {
            Array($0.bytes(0))
        }
    }
}
