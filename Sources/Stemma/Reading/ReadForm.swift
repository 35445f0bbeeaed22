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

    /// What it was before migrations that keep what is downstream: calls that were made with these count, too.
    let standsFor: [Digest]
    /// The digests that calls go by.
    var contents: [Digest] { [content] + standsFor }
    private let raising: Raising?
    private let view: any ReadView

    /// A record that is read as it is stored.
    init(_ record: Record, in view: any ReadView, schema: SchemaVersion?) {
        self.record = record
        (content, size, standsFor) = (record.content, record.size, record.standsFor)
        self.schema = schema
        raising = nil
        self.view = view
    }

    /// A record that is raised. Reads its payload, unless it is remembered what becomes of that.
    init(_ record: Record, in view: any ReadView, by raising: Raising) throws {
        let found = try Self.digest(record, view, raising.way)
        self.record = record
        (content, size) = (found.digest, found.size)
        schema = raising.path.to
        let before = raising.keepsStored ? record.standsFor + [record.content] : []
        standsFor = try record.standsFor(
            as: found.digest, by: raising.path,
            keeping: before + raising.kept.map { try Self.digest(record, view, $0).digest })
        self.raising = raising
        self.view = view
    }

    /// The bytes that a reader is handed, verified against their digest.
    ///
    /// Throws `.objectMissing` and `.corrupt`; for a record that is raised also `.migrationFailed`, and
    /// `.migrationDiffers` when its migration does not give the same each time.
    public func payload() throws -> [UInt8] {
        guard let raising else { return try view.payload(of: record) }
        let bytes = try Self.raised(record, view, raising.way)
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

    /// What a payload becomes. Reads it, unless that is remembered.
    private static func digest(
        _ record: Record, _ view: any ReadView, _ way: Raising.Way
    ) throws -> RaisedDigest {
        let key = way.digest.map { RaisedDigest.Key(content: record.content, way: $0) }
        if let known = key.flatMap(view.store.raisedDigest) { return known }
        let bytes = try raised(record, view, way)
        let found = RaisedDigest(digest: Digest.of(bytes), size: bytes.count)
        if let key { view.store.remember(found, for: key) }
        return found
    }

    private static func raised(_ record: Record, _ view: any ReadView, _ way: Raising.Way) throws -> [UInt8] {
        let payload = try view.payload(of: record)
        do {
            return try way.raised(payload)
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
}

extension Record {
    /// What a record stands for once it has another form.
    ///
    /// - Parameters:
    ///   - content: the digest of that form.
    ///   - path: how it got there.
    ///   - before: what it was on its way, as far as that is kept.
    func standsFor(as content: Digest, by path: MigrationPath, keeping before: [Digest]) -> [Digest] {
        // Back to what it was, it stands for the same as then. A step up that keeps nothing makes calls anew, whatever it
        // gives.
        if before.isEmpty, path.to < path.from, let place = standsFor.firstIndex(of: content) {
            return Array(standsFor[..<place])
        }
        return before.filter { $0 != content }
    }
}
