import StemmaBlobs
import StemmaRecords

/// The one transaction that writes the catalog: it ends with `commit` or `rollback`.
package final class CatalogUpdate {
    let connection: Connection
    let paths: StorePaths
    let settings: StoreSettings
    let contentID: (UnsafeRawBufferPointer) -> [UInt8]
    let order: RecordOrder
    /// What was changed and is not laid out yet, by partition.
    var dirty: [Int64: DirtyPartition] = [:]
    private var variables: [String: CatalogView.Variable] = [:]
    private var partitions: [PartitionName: Int64] = [:]
    private var lastPartition: (variable: Int64, values: [Scalar?], id: Int64)?
    private var lastVersion: (version: Version, identity: RecordIdentity)?
    private var lineageTurn: Int64?
    private var isOpen = true
    private let onEnd: () -> Void

    private struct PartitionName: Hashable {
        let variable: Int64
        let path: String
    }

    init(
        connection: Connection, paths: StorePaths, settings: StoreSettings,
        contentID: @escaping (UnsafeRawBufferPointer) -> [UInt8], onEnd: @escaping () -> Void
    ) {
        self.onEnd = onEnd
        self.connection = connection
        self.paths = paths
        self.settings = settings
        self.contentID = contentID
        order = RecordOrder(settings.keys)
    }

    deinit { rollback() }

    /// The catalog as this transaction has left it so far.
    package var view: CatalogView { CatalogView(connection: connection, keys: settings.keys) }

    package func commit() throws {
        try connection.execute("COMMIT")
        isOpen = false
        onEnd()
    }

    package func rollback() {
        guard isOpen else { return }
        isOpen = false
        // Fails only when SQLite has rolled back by itself.
        try? connection.execute("ROLLBACK")
        onEnd()
    }

    package func setNote(_ name: String, _ value: [UInt8]) throws {
        try connection.run("INSERT OR REPLACE INTO meta VALUES(?, ?)", .text("note." + name), .blob(value))
    }

    // MARK: Variables and partitions

    /// The variable of that name; `nil` when there is none.
    package func variable(_ name: String) throws -> CatalogView.Variable? {
        if let known = variables[name] { return known }
        let found = try view.variable(name)
        variables[name] = found
        return found
    }

    /// Makes a variable, or changes the settings of one.
    package func setVariable(_ name: String, _ settings: VariableSettings, stamp: FileStamp = .unknown) throws
    {
        variables[name] = nil
        try setVariable(name, content: settings.fileContent, problem: nil, stamp: stamp)
    }

    func setVariable(_ name: String, content: [UInt8]?, problem: String?, stamp: FileStamp) throws {
        variables[name] = nil
        let statement = try connection.prepare(
            """
            INSERT INTO variables(name, settings, problem, device, inode, size, modified, changed, looked)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(name) DO UPDATE SET
              settings = ?2, problem = ?3, device = ?4, inode = ?5, size = ?6, modified = ?7, changed = ?8, looked = ?9
            """)
        defer { statement.reset() }
        try statement.bind(
            [.text(name), content.map(SQLValue.blob) ?? .null, problem.map(SQLValue.text) ?? .null]
                + stamp.values)
        _ = try statement.step()
    }

    func forgetVariable(_ name: String) throws {
        try forgetPages(of: name)
        variables[name] = nil
        try connection.run("DELETE FROM variables WHERE name = ?", .text(name))
    }

    /// The id of the partition that records of these keys belong to, made when it is not there.
    func partition(_ variable: CatalogView.Variable, path: String, keys: Keys) throws -> Int64 {
        let name = PartitionName(variable: variable.id, path: path)
        if let known = partitions[name] { return known }
        let id = try partition(
            variable: variable.id, path: path, sort: order.key(of: variable.settings.partition, keys: keys))
        partitions[name] = id
        return id
    }

    func partition(variable: Int64, path: String, sort: [UInt8]) throws -> Int64 {
        if let id = try connection.first(
            "SELECT id FROM partitions WHERE variable = ? AND path = ?", .integer(variable), .text(path),
            read: { $0.int64(0) })
        {
            return id
        }
        try connection.run(
            "INSERT INTO partitions(variable, path, sort) VALUES(?, ?, ?)", .integer(variable), .text(path),
            .blob(sort))
        return connection.lastInsertedRow
    }

    /// Forgets ids of partitions that may be gone.
    func forgetPartitions() {
        partitions.removeAll()
        lastPartition = nil
    }

    // MARK: Records

    /// Puts a record in the place of one with the same identity.
    ///
    /// - Returns: the line that stood there; equal to the record's own when nothing changed.
    /// Throws what `touch` throws: `.invalidPage`, `.duplicateRecord`.
    package func put(_ record: Record, line: [UInt8], in variable: CatalogView.Variable) throws -> [UInt8]? {
        let partition = try partition(of: record.keys, variable)
        try touch(partition, variable)
        let identity = identity(record.keys, record.version)
        let sort = order.key(of: record)
        // Most records are new: they are put in without being looked up first.
        if try insertIfNew(partition, identity, sort, record.size, line) {
            markDirty(partition, identity.keysHash)
            return nil
        }
        let before = try self.line(partition, identity)
        if before == line { return before }
        try insert(
            partition: partition, identity: identity, place: Place.regular, sort: sort, size: record.size,
            line: line)
        markDirty(partition, identity.keysHash)
        return before
    }

    /// Whether a record stands as this line; false also where its page was edited by somebody else.
    package func stands(_ record: Record, line: [UInt8], in variable: CatalogView.Variable) throws -> Bool {
        try self.line(partition(of: record.keys, variable), identity(record.keys, record.version)) == line
    }

    /// Removes a record; gives the line that stood there, `nil` when there was none.
    package func remove(keys: Keys, version: Version, in variable: CatalogView.Variable) throws -> [UInt8]? {
        let path = variable.settings.partition.path(of: keys)
        let partition = try partition(variable, path: path, keys: keys)
        try touch(partition, variable)
        let identity = RecordIdentity(keys: keys, version: version)
        guard let before = try line(partition, identity) else { return nil }
        try connection.run(
            "DELETE FROM records WHERE partition = ? AND identity = ? AND place = 0", .integer(partition),
            .blob(identity.bytes))
        markDirty(partition, identity.keysHash)
        return before
    }

    /// Most records of a transaction belong to the partition of the one before.
    private func partition(of keys: Keys, _ variable: CatalogView.Variable) throws -> Int64 {
        let values = variable.settings.partition.names.map { keys[$0] }
        if let last = lastPartition, last.variable == variable.id, last.values == values { return last.id }
        let id = try partition(variable, path: variable.settings.partition.path(of: keys), keys: keys)
        lastPartition = (variable.id, values, id)
        return id
    }

    private func line(_ partition: Int64, _ identity: RecordIdentity) throws -> [UInt8]? {
        let statement = try connection.prepare(
            fixed: "SELECT line FROM records WHERE partition = ? AND identity = ? AND place = 0")
        defer { statement.reset() }
        try statement.bind(partition, at: 1)
        try identity.withBytes { try statement.bind($0, at: 2) }
        return try statement.step() ? Array(statement.bytes(0)) : nil
    }

    /// Most records of a transaction have the version of the one before; its digest is kept.
    private func identity(_ keys: Keys, _ version: Version) -> RecordIdentity {
        let identity: RecordIdentity
        if let last = lastVersion, last.version == version {
            identity = RecordIdentity(
                keysHash: RecordIdentity.hash(of: keys), versionHigh: last.identity.versionHigh,
                versionLow: last.identity.versionLow)
        } else {
            identity = RecordIdentity(keys: keys, version: version)
        }
        lastVersion = (version, identity)
        return identity
    }

    func insert(
        partition: Int64, identity: RecordIdentity, place: Int64, sort: [UInt8], size: Int, line: [UInt8]
    ) throws {
        try line.withUnsafeBytes {
            try insert(
                partition: partition, identity: identity, place: place, sort: sort, size: size, line: $0)
        }
    }

    func insert(
        partition: Int64, identity: RecordIdentity, place: Int64, sort: [UInt8], size: Int,
        line: UnsafeRawBufferPointer
    ) throws {
        let statement = try connection.prepare(
            fixed: "INSERT OR REPLACE INTO records VALUES(?, ?, ?, ?, ?, ?)")
        try run(statement, partition, identity, place, sort, size, line)
    }

    /// Puts a record in where none of its identity stands; says whether it did.
    private func insertIfNew(
        _ partition: Int64, _ identity: RecordIdentity, _ sort: [UInt8], _ size: Int, _ line: [UInt8]
    ) throws -> Bool {
        let statement = try connection.prepare(
            fixed: "INSERT OR IGNORE INTO records VALUES(?, ?, ?, ?, ?, ?)")
        try line.withUnsafeBytes { try run(statement, partition, identity, Place.regular, sort, size, $0) }
        return connection.changedRows > 0
    }

    private func run(
        _ statement: Statement, _ partition: Int64, _ identity: RecordIdentity, _ place: Int64,
        _ sort: [UInt8],
        _ size: Int, _ line: UnsafeRawBufferPointer
    ) throws {
        defer { statement.reset() }
        try statement.bind(partition, at: 1)
        try identity.withBytes { try statement.bind($0, at: 2) }
        try statement.bind(place, at: 3)
        try sort.withUnsafeBytes { try statement.bind($0, at: 4) }
        try statement.bind(Int64(size), at: 5)
        try statement.bind(line, at: 6)
        _ = try statement.step()
    }

    /// Takes in one lineage record, so that its invocation is answered from it.
    package func addLineage(invocation: Digest, digest: Digest) throws {
        let statement = try connection.prepare(fixed: "INSERT OR IGNORE INTO lineage VALUES(?, ?, ?)")
        defer { statement.reset() }
        try invocation.bytes.withUnsafeBytes { try statement.bind($0, at: 1) }
        try digest.bytes.withUnsafeBytes { try statement.bind($0, at: 2) }
        try statement.bind(turn(), at: 3)
        _ = try statement.step()
    }

    /// The number of this transaction among those that brought lineage records.
    private func turn() throws -> Int64 {
        if let lineageTurn { return lineageTurn }
        let name = "lineage.turn"
        let last =
            try connection.first("SELECT value FROM meta WHERE name = ?", .text(name)) { $0.int64(0) } ?? 0
        try connection.run("INSERT OR REPLACE INTO meta VALUES(?, ?)", .text(name), .integer(last + 1))
        lineageTurn = last + 1
        return last + 1
    }
}
