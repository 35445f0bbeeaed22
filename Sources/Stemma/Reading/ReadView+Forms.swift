import StemmaBlobs
import StemmaRecords

extension ReadView {
    /// A record in the form in which this view reads it: JSON of an older schema version than its variable was migrated to
    /// is raised to that, as `StoreOptions.automaticMigration` says.
    ///
    /// What counts are the settings that the variable has in this view; for a view of a program's own making those of the
    /// work tree. `payload(of:)` gives what is stored, whatever it is.
    /// Throws `.migrationRequired`; where the record cannot be raised `.migrationFailed`, what finding a path throws
    /// (`.noMigrationPath`, `.unknownSchemaVersion`, `.newerSchema`), `.migrationNotRegistered`,
    /// `.migrationNeedsProgram` and `.invalidSchemaVersion`; what its payload throws where that has to be read.
    public func form(of record: Record) throws -> ReadForm { try form(of: record, as: nil) }

    /// The version that a record is of: its variable's legacy version where its line says none; `nil` where what it says is no
    /// version. Throws `.unknownVariable` and `.invalidSettings`.
    public func schemaVersion(of record: Record) throws -> SchemaVersion? {
        try paged.settings(of: record.variable).version(of: record)
    }

    /// The version that a record is raised to when it is read; `nil` for one that is read as it stands. Reads no payload.
    ///
    /// Throws `.unknownVariable` and `.invalidSettings`.
    public func pendingVersion(of record: Record) throws -> SchemaVersion? {
        guard record.format == .json else { return nil }
        return try paged.settings(of: record.variable).pendingVersion(of: record)
    }

    /// The same for a type that states its version, which then is the one that counts.
    func form(
        of record: Record, as type: StatedType?, _ migration: AutomaticMigration? = nil
    ) throws -> ReadForm {
        guard record.format == .json else { return ReadForm(record, in: self, schema: record.statedSchema) }
        let view = paged
        let settings: VariableSettings
        do {
            settings = try view.settings(of: record.variable)
        } catch let error as StemmaError where error.code == .unknownVariable {
            // The record is from elsewhere, and nothing here says what it should be.
            return ReadForm(record, in: self, schema: record.statedSchema)
        }
        guard let target = type?.version ?? settings.readVersion else {
            return ReadForm(record, in: self, schema: record.statedSchema)
        }
        let migration = migration ?? store.options.automaticMigration
        let version = settings.version(of: record)
        if migration == .never { return ReadForm(record, in: self, schema: version) }
        guard let version else { throw StemmaError.unreadableVersion(record, store.settings.keys) }
        guard type == nil ? version < target : version != target else {
            return ReadForm(record, in: self, schema: version)
        }
        if migration == .required {
            throw StemmaError.migrationRequired(
                record, version, target, by: type, isForAll: target == settings.readVersion,
                store.settings.keys)
        }
        let raising: Raising
        do {
            raising = try view.raising(
                of: record.variable, settings, from: version, to: target, isStated: type != nil)
        } catch let error as StemmaError {
            throw error.raising(record, store.settings.keys)
        }
        return try ReadForm(record, in: self, by: raising)
    }

    /// The digests that calls go by of a record now, whether or not it may be migrated when it is read; `nil` for one that
    /// cannot be raised.
    func handedContents(of record: Record) -> [Digest]? {
        do {
            return try form(
                of: record, as: nil, store.options.automaticMigration == .never ? .never : .onRead
            )
            .contents
        } catch let error as StemmaError where error.isDamageOrAbsence {
            // What it is now cannot be known; what it was is the best guess.
            return record.contents
        } catch {
            return nil
        }
    }

    /// Itself, or the work tree for a view that has no settings.
    var paged: any PagedView { self as? any PagedView ?? store.workTree }
}

extension Record {
    /// The version that its line names, where it names one.
    fileprivate var statedSchema: SchemaVersion? { schema.flatMap { try? SchemaVersion($0) } }
}

extension StemmaError.Code {
    /// A record is of another schema version than its reader asks for, and is not to be migrated when it is read;
    /// `fields` has `address`, `schemaVersion` and `expected`.
    public static let migrationRequired = Self("migration-required")
    /// A migration gives something else than it gave before for the same payload; `fields` has `address` and `path`.
    public static let migrationDiffers = Self("migration-differs")
}

extension StemmaError {
    fileprivate static func migrationRequired(
        _ record: Record, _ version: SchemaVersion, _ target: SchemaVersion, by type: StatedType?,
        isForAll: Bool, _ keys: KeyDeclarations
    ) -> StemmaError {
        let address = keys.text(of: record.address)
        let reader = type.map { "the type \($0.name)" } ?? record.variable
        let way = isForAll ? "`Store.rewrite`" : "`Store.migrate`"
        return StemmaError(
            .migrationRequired, "\(address) is of the schema version \(version), and \(reader) of \(target)",
            hint: "migrate it for good: \(way)",
            fields: [
                "address": address, "variable": record.variable, "schemaVersion": version.description,
                "expected": target.description,
            ])
    }

    static func migrationDiffers(
        _ record: Record, _ path: MigrationPath, _ keys: KeyDeclarations
    ) -> StemmaError {
        let address = keys.text(of: record.address)
        return StemmaError(
            .migrationDiffers, "\(address): the migration \(path) gives something else than it gave before",
            hint: "a migration gives the same for the same value; another one has another name",
            fields: ["address": address, "path": path.description])
    }

    /// The error of raising a record, which it then names.
    func raising(_ record: Record, _ keys: KeyDeclarations) -> StemmaError {
        let address = keys.text(of: record.address)
        var fields = fields
        fields["address"] = address
        let way =
            code == .migrationNeedsProgram
            ? "migrate it for good: `Store.rewrite`" : "`AutomaticMigration.never` reads it as it is stored"
        return StemmaError(
            code, "\(address) cannot be raised: \(message)", hint: hint ?? way, fields: fields)
    }

    /// Whether a record cannot be read in the form that is asked for, while others can.
    var isUnreadableForm: Bool {
        isDamageOrAbsence || Self.formCodes.contains(code)
    }

    private static let formCodes: Set<Code> = [
        .migrationFailed, .migrationRequired, .migrationDiffers, .migrationNeedsProgram,
        .migrationNotRegistered, .migrationHasNoDown, .noMigrationPath, .unknownSchemaVersion,
        .newerSchema, .invalidSchemaVersion,
    ]
}
