import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// What a save did.
public struct SaveResult: Sendable {
    /// The record that the store has now.
    public let record: Record
    /// Whether the store was changed: not when the same was there already.
    public let isChanged: Bool
}

extension Transaction {
    /// Saves a plain value: data that was not computed by a thunk.
    ///
    /// Throws what encoding throws (`.unencodable`), `.unknownKey`, `.keyTypeMismatch`, `.keyInVersion`, `.invalidName`
    /// and `.namesCollide`; where the variable has a schema, also `.schemaViolation`, `.schemaVersionMismatch`,
    /// `.unknownSchemaVersion` and `.invalidSchemaVersion`.
    @discardableResult
    public func save<Value>(
        _ value: Value, as variable: Variable<Value>, at keys: Keys, version: Version = [:]
    ) throws -> SaveResult {
        let codec = try PayloadCodec<Value>()
        return try save(
            payload: codec.encode(value), format: codec.format,
            at: Address(variable: variable.name, keys: keys, version: version),
            StatedVersion(type: codec.stated))
    }

    /// Saves a loaded record or the output of a thunk, with its lineage.
    ///
    /// Changes nothing where the same output already stands at these keys, under a version that contains the given one:
    /// a pipeline that is run again after a backfill leaves it alone.
    @discardableResult
    public func save<Value>(
        _ traced: Traced<Value>, as variable: Variable<Value>, at keys: Keys, version: Version = [:]
    ) throws -> SaveResult {
        var record = Record(
            variable: variable.name, keys: keys, version: version, content: traced.content,
            format: traced.format,
            size: traced.size, lineage: traced.origin.lineage, output: traced.origin.output)
        if let form = traced.origin.form, form.record.variable == variable.name || record.lineage != nil {
            // Its lineage tells of what it was before; data elsewhere have no other story than where they stand.
            (record.migratedFrom, record.standsFor) = (form.migratedFrom, form.standsFor)
        }
        if let inline = try inlineValue(traced) { record.value = inline }
        return try save(record, origin: traced.origin, type: PayloadCodec<Value>.statedType())
    }

    /// Saves a record whose payload and lineage `origin` brings along, as far as the store does not have them.
    @discardableResult
    func save(_ record: Record, origin: TracedOrigin, type: StatedType? = nil) throws -> SaveResult {
        if let form = origin.form, form.isRaised {
            if let standing = try standing(form.record, where: record) {
                settle(origin, as: standing)
                return SaveResult(record: standing, isChanged: false)
            }
            if record.value == nil { try put(form.payload()) }
        }
        // Also when the record stands: what was computed again may be to replace what is damaged.
        if let pending = origin.pending { try put(pending) }
        if record.value == nil {
            switch origin.payload {
            case .bytes(let bytes): try put(bytes)
            case .file(let blob): try put(blob)
            case nil: break
            }
        }
        try checkComplete(record, origin)
        if let standing = try sameOutput(as: record) {
            let raised = try raised(standing, origin)
            let isChanged = try raised.map { try put($0) } ?? false
            settle(origin, as: raised ?? standing)
            return SaveResult(record: raised ?? standing, isChanged: isChanged)
        }
        var stated = origin.stated(for: record.variable)
        stated.type = stated.record == nil ? type : nil
        let conforming = try conforming(record, stated) { try payloadValue(of: record, origin) }
        let isChanged = try put(conforming)
        settle(origin, as: conforming)
        return SaveResult(record: conforming, isChanged: isChanged)
    }

    /// Throws `.objectMissing` for a record whose payload or lineage is nowhere here: it may have been loaded from another
    /// store, or garbage collection may have been there in between.
    private func checkComplete(_ record: Record, _ origin: TracedOrigin) throws {
        if record.value == nil, origin.payload == nil, origin.form?.isRaised != true,
            try !bring(record.content)
        {
            throw StemmaError.missingPayload(record, store.settings.keys)
        }
        if let lineage = record.lineage, origin.pending == nil, try !bringLineage(lineage) {
            throw StemmaError.missingLineage(lineage, of: store.settings.keys.text(of: record.address))
        }
    }

    /// The record at the same keys that holds the same output of the same call.
    func sameOutput(as record: Record) throws -> Record? {
        guard let lineage = record.lineage, let output = record.output else { return nil }
        return try variants(of: record.variable, at: record.keys)?
            .standing(under: record.version, lineage: lineage, output: output, content: record.content)
    }

    /// The payload of a JSON record that is being saved, wherever it is.
    private func payloadValue(of record: Record, _ origin: TracedOrigin) throws -> JSONValue {
        if let value = record.value { return value }
        let raised = origin.form.flatMap { $0.isRaised ? $0 : nil }
        let bytes = try origin.payload?.bytes ?? raised?.payload() ?? readPayload(of: record)
        return try bytes.withUnsafeBytes { try JSONParser.parse($0) }
    }

    /// The record that stands as one of the variable's schema version, where it is of an older one and its payload is
    /// of the new one, too; `nil` where it stays as it is.
    ///
    /// What has a migration is raised by that, and by nothing else.
    private func raised(_ standing: Record, _ origin: TracedOrigin) throws -> Record? {
        guard let rules = try rules(of: standing.variable), let current = rules.settings.schema,
            rules.isRaisedBySaving(standing)
        else { return nil }
        let found = try rules.violations(current, format: standing.format) {
            try payloadValue(of: standing, origin)
        }
        guard found.isEmpty || rules.validation == .off else { return nil }
        var raised = standing
        raised.schema = rules.member(current)
        return raised
    }

    /// A JSON scalar that stands in the line.
    private func inlineValue<Value>(_ traced: Traced<Value>) throws -> JSONValue? {
        guard traced.format == .json, traced.size <= Record.inlineLimit + 1 else { return nil }
        if let record = traced.record, record.content == traced.content { return record.value }
        let payload =
            try traced.origin.payload?.bytes ?? traced.origin.form?.payload()
            ?? PayloadCodec<Value>().encode(traced.value)
        return Record.inlineValue(payload)
    }

    /// Saves the bytes of a payload.
    ///
    /// JSON is parsed and stored in its canonical form; npy and csv are checked and stored as they are.
    /// Throws `.malformedJSON`, `.malformedNPY` and `.malformedCSV` with the offset or line.
    @discardableResult
    public func save(bytes: [UInt8], format: PayloadFormat, at address: Address) throws -> SaveResult {
        try save(payload: checked(bytes, format), format: format, at: address)
    }

    /// Saves a JSON value.
    @discardableResult
    public func save(value: JSONValue, at address: Address) throws -> SaveResult {
        try save(payload: value.canonical + [0x0A], format: .json, at: address, value: value)
    }

    private func checked(_ bytes: [UInt8], _ format: PayloadFormat) throws -> [UInt8] {
        if format == .json { return try bytes.withUnsafeBytes { try canonicalJSONDocument($0) } }
        if var validator = format.validator {
            try bytes.withUnsafeBytes { try validator.consume($0) }
            try validator.finish()
        }
        return bytes
    }

    /// Saves what a payload's canonical bytes are.
    ///
    /// - Parameter value: the same, where it is known already.
    func save(
        payload: [UInt8], format: PayloadFormat, at address: Address,
        _ stated: StatedVersion = StatedVersion(), value: JSONValue? = nil
    ) throws -> SaveResult {
        let inline = format == .json ? Record.inlineValue(payload) : nil
        let content = try inline == nil ? put(payload) : Digest.of(payload)
        var record = Record(
            variable: address.variable, keys: address.keys, version: address.version, content: content,
            format: format, size: payload.count, value: inline)
        record = try conforming(record, stated) {
            try value ?? inline ?? payload.withUnsafeBytes { try JSONParser.parse($0) }
        }
        return SaveResult(record: record, isChanged: try put(record))
    }

    /// Saves a file's content. Anything but JSON is read piece by piece and may be larger than memory.
    ///
    /// Throws `.fileNotFound`, `.tooLarge` for a JSON document above the store's limit, and what checking throws.
    @discardableResult
    public func save(file path: String, format: PayloadFormat, at address: Address) throws -> SaveResult {
        try save(open: OpenFile(path), format: format, at: address)
    }

    private func save(open file: OpenFile, format: PayloadFormat, at address: Address) throws -> SaveResult {
        let status = try file.status()
        if status.kind == .directory { throw StemmaError.isDirectory(file.path) }
        let size = status.kind == .regular ? Int(status.size) : nil
        if format == .json || size.map({ $0 <= Self.packLimit }) == true {
            return try save(bytes: readDocument(file, size), format: format, at: address)
        }
        var validator = format.validator
        let writer = try store.objects.blobWriter(
            size: size, largestTracked: store.settings.maxTrackedBytes, source: file.path)
        try writer.write(contentsOf: file) { try validator?.consume($0) }
        try validator?.finish()
        let blob = try writer.stage(synchronize: store.options.synchronize)
        try put(blob)
        var record = Record(
            variable: address.variable, keys: address.keys, version: address.version, content: blob.digest,
            format: format, size: blob.size)
        // Never JSON, which is read into memory above.
        record = try conforming(record) { .null }
        return SaveResult(record: record, isChanged: try put(record))
    }

    private func readDocument(_ file: OpenFile, _ size: Int?) throws -> [UInt8] {
        let limit = store.settings.maxDocumentBytes
        if let size, size > limit { throw StemmaError.documentTooLarge(file.path, limit: limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size ?? 0)
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { buffer in
            while true {
                let count = try file.read(into: buffer)
                if count == 0 { return }
                bytes.append(contentsOf: buffer.prefix(count))
                if bytes.count > limit { throw StemmaError.documentTooLarge(file.path, limit: limit) }
            }
        }
        return bytes
    }
}

extension StemmaError {
    static func documentTooLarge(_ path: String, limit: Int) -> StemmaError {
        StemmaError(
            .tooLarge, "\(path): a JSON document is larger than \(limit) bytes",
            hint:
                "save it with `PayloadFormat.bytes`, or as npy or csv; the limit is maxDocumentBytes in stemma.json",
            fields: ["path": path, "limit": String(limit)])
    }

    static func isDirectory(_ path: String) -> StemmaError {
        StemmaError(.system, "\(path) is a directory", hint: "give a file", fields: ["path": path])
    }
}
