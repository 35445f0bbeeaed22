/// What happens when a record is read that is of another schema version than its reader asks for: an older one than its
/// variable was migrated to, or not the one that a Swift type states.
public enum AutomaticMigration: Hashable, Sendable {
    /// Its payload is taken through the migrations, each time that it is read. What is stored stays as it is.
    case onRead
    /// It is read as it is stored.
    case never
    /// It is an error, `.migrationRequired`: records are migrated for good before anybody reads them.
    case required
}
