import StemmaBlobs
import StemmaCatalog
import StemmaEvolution
import StemmaRecords

/// A record as it is read: as it is stored or, where it is of another schema version than its reader asks for, raised.
public struct ReadForm: Sendable {
    /// The record as it stands.
    public let record: Record
    /// The digest of the bytes that a reader is handed.
    public let content: Digest
    /// Their number.
    public let size: Int
    /// The schema version that they are of; `nil` where the record says none and its variable has no migrations.
    public let schema: SchemaVersion?
    /// The migrations that it is taken through; `nil` for one that is read as it is stored.
    public var path: MigrationPath? { raising?.path }
    /// Whether it is another form than the stored one.
    public var isRaised: Bool { raising != nil }

    /// The digest that invocations use.
    let invocationContent: Digest
    private let raising: Raising?
    private let view: any ReadView

    /// A record that is read as it is stored.
    init(_ record: Record, in view: any ReadView, schema: SchemaVersion?) {
        self.record = record
        (content, size, invocationContent) = (record.content, record.size, record.invocationContent)
        self.schema = schema
        raising = nil
        self.view = view
    }

    /// A record that is raised. Reads its payload, unless it is remembered what becomes of that.
    init(_ record: Record, in view: any ReadView, by raising: Raising) throws {
        let store = view.store
        let key = raising.way.map { RaisedDigest.Key(content: record.content, way: $0) }
        let found: RaisedDigest
        if let known = key.flatMap(store.raisedDigest) {
            found = known
        } else {
            let bytes = try Self.raised(record, view, raising)
            found = RaisedDigest(digest: Digest.of(bytes), size: bytes.count)
            if let key { store.remember(found, for: key) }
        }
        self.record = record
        (content, size) = (found.digest, found.size)
        schema = raising.path.to
        invocationContent = raising.keepsDownstream ? record.invocationContent : found.digest
        self.raising = raising
        self.view = view
    }

    /// The bytes that a reader is handed, verified against their digest.
    ///
    /// Throws `.objectMissing` and `.corrupt`; for a record that is raised also `.migrationFailed`, and
    /// `.migrationDiffers` when its migration does not give the same each time.
    public func payload() throws -> [UInt8] {
        guard let raising else { return try view.payload(of: record) }
        let bytes = try Self.raised(record, view, raising)
        guard Digest.of(bytes) == content else {
            throw StemmaError.migrationDiffers(record, raising.path, view.store.settings.keys)
        }
        return bytes
    }

    /// Hands over the same piece by piece, in constant memory where nothing has to be raised. Throws as `payload` does,
    /// also after the last piece.
    public func writePayload(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        if raising == nil { return try view.writePayload(of: record, to: sink) }
        try payload().withUnsafeBytes(sink)
    }

    private static func raised(_ record: Record, _ view: any ReadView, _ raising: Raising) throws -> [UInt8] {
        let payload = try view.payload(of: record)
        do {
            return try raising.raised(payload)
        } catch let error as StemmaError {
            throw error.raising(record, view.store.settings.keys)
        }
    }
}

extension ReadForm {
    /// The versions that a record in this form was migrated from, oldest first.
    var migratedFrom: [String] {
        path.map { MigrationMark.extended(record.migratedFrom, by: $0) } ?? record.migratedFrom
    }

    /// What invocations use in place of the digest of a record in this form.
    var standsFor: Digest? {
        isRaised ? (invocationContent == content ? nil : invocationContent) : record.standsFor
    }
}
