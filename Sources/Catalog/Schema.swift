/// The catalog's tables. All of it is derived from pages, settings, packs and payloads, and made anew when this changes.
enum Schema {
    /// Raised with every change of the tables or of what stands in them; a catalog of another version is rebuilt.
    static let version = 5

    static let statements = """
        CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;

        -- One for each folder in variables/ or records/. The stat columns are those of variable.json.
        CREATE TABLE variables(
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, settings TEXT, problem TEXT,
            device INTEGER, inode INTEGER, size INTEGER, modified INTEGER, changed INTEGER, looked INTEGER);

        -- The folder that records belong to by their keys. sort: the keys that name it, as RecordOrder encodes them.
        CREATE TABLE partitions(
            id INTEGER PRIMARY KEY, variable INTEGER NOT NULL, path TEXT NOT NULL, sort BLOB NOT NULL,
            UNIQUE(variable, path));

        -- path: relative to records/. content: git's id of the file's bytes. looked: when stat was asked.
        -- irregular: its records stand with a place of their own, because the page does not hold exactly the
        -- records of its partition and prefix, in order, once each.
        CREATE TABLE pages(
            id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, partition INTEGER NOT NULL,
            low BLOB NOT NULL, high BLOB NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
            content BLOB NOT NULL, irregular INTEGER NOT NULL, overlapped INTEGER NOT NULL,
            device INTEGER, inode INTEGER, size INTEGER, modified INTEGER, changed INTEGER, looked INTEGER);
        CREATE INDEX pagesByPartition ON pages(partition, low);

        CREATE TABLE problems(page INTEGER NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL, hint TEXT);
        CREATE INDEX problemsByPage ON problems(page);

        -- identity: RecordIdentity. place: 0, or the irregular page and the line that it stands on.
        -- The pages of a partition are ranges of identity, so that a page is read with one range scan.
        CREATE TABLE records(
            partition INTEGER NOT NULL, identity BLOB NOT NULL, place INTEGER NOT NULL, sort BLOB NOT NULL,
            size INTEGER NOT NULL, line BLOB NOT NULL, PRIMARY KEY(partition, identity, place)) WITHOUT ROWID;
        CREATE INDEX recordsOutOfPlace ON records(place) WHERE place != 0;

        -- blob: git's id of a pack that was found in a commit; null for one in the work tree.
        CREATE TABLE packs(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, blob BLOB);
        -- prefix: the first 8 bytes of the digest; row: in the table of the pack, which has the rest.
        CREATE TABLE objects(
            prefix INTEGER NOT NULL, pack INTEGER NOT NULL, row INTEGER NOT NULL,
            PRIMARY KEY(prefix, pack, row)) WITHOUT ROWID;

        -- Blobs that are files of their own in commits that history was searched for: git's id of the file.
        CREATE TABLE committed(digest BLOB PRIMARY KEY, blob BLOB NOT NULL) WITHOUT ROWID;

        -- The lineage records of this clone by the invocation that they answer. turn: counts the transactions that
        -- brought any, so that those that came earlier can be told. A rebuilt catalog has one turn for all.
        CREATE TABLE lineage(
            invocation BLOB NOT NULL, digest BLOB NOT NULL, turn INTEGER NOT NULL,
            PRIMARY KEY(invocation, digest)) WITHOUT ROWID;

        -- What payloads of an older form are in a newer one. content: the digest of one; way: what raises it. The id
        -- tells which came first.
        CREATE TABLE raised(
            id INTEGER PRIMARY KEY, content BLOB NOT NULL, way BLOB NOT NULL, digest BLOB NOT NULL,
            size INTEGER NOT NULL, UNIQUE(content, way));
        """

    /// Set on every connection. The catalog is derived, so that a lost transaction costs a look at the work tree.
    static let settings = """
        PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
        PRAGMA temp_store = FILE; PRAGMA wal_autocheckpoint = 1000;
        """
}
