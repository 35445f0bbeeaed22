import StemmaBlobs
import StemmaRecords

extension Store {
    /// Saves a plain value, in a transaction of its own; see `Transaction.save`.
    @discardableResult
    public func save<Value>(
        _ value: Value, as variable: Variable<Value>, at keys: Keys, version: Version = [:]
    ) throws -> Record {
        try transaction { try $0.save(value, as: variable, at: keys, version: version).record }
    }

    /// Saves a loaded record or the output of a thunk with its lineage, in a transaction of its own.
    @discardableResult
    public func save<Value>(
        _ traced: Traced<Value>, as variable: Variable<Value>, at keys: Keys, version: Version = [:]
    ) throws -> Record {
        try transaction { try $0.save(traced, as: variable, at: keys, version: version).record }
    }

    /// Removes the record of exactly this address. Says whether it was there.
    @discardableResult
    public func remove<Value>(_ variable: Variable<Value>, at keys: Keys, version: Version = [:]) throws
        -> Bool
    {
        try transaction { try $0.remove(Address(variable: variable.name, keys: keys, version: version)) }
    }

    /// Loads the record that an address names; its value is read when it is asked for.
    ///
    /// A record of an older schema version than its variable was migrated to is raised. A type that states its version
    /// says itself to which version: up or down, also by migrations that are only registered.
    /// - Parameter version: entries that the record's version must contain.
    /// Throws `.notFound`, `.ambiguous` and `.wrongFormat`, and what `ReadView.form(of:)` throws.
    public func load<Value>(
        _ variable: Variable<Value>, at keys: Keys, version: Version = [:]
    ) throws -> Traced<Value> {
        try load(variable, at: keys, version: version, in: workTree)
    }

    /// The same in any view, such as `snapshot("main")`, by the migrations that the variable has gone through there.
    public func load<Value>(
        _ variable: Variable<Value>, at keys: Keys, version: Version = [:], in view: any ReadView
    ) throws -> Traced<Value> {
        let record = try view.record(at: Address(variable: variable.name, keys: keys, version: version))
        return try load(record, as: Value.self, in: view)
    }

    /// A record that a listing of the work tree gave, as a value of its type. Throws as the others do.
    public func load<Value>(_ record: Record, as type: Value.Type) throws -> Traced<Value> {
        try load(record, as: type, in: workTree)
    }

    /// A record that a listing gave, as a value of its type.
    ///
    /// - Parameter view: where the listing was made.
    /// Throws as the others do.
    public func load<Value>(
        _ record: Record, as type: Value.Type, in view: any ReadView
    ) throws -> Traced<Value> {
        let codec = try PayloadCodec<Value>()
        guard record.format == codec.format else {
            throw StemmaError.wrongFormat(record, as: Value.self, expected: codec.format, settings.keys)
        }
        let form = try view.form(of: record, as: codec.stated)
        return Traced(
            content: form.content, format: record.format, size: form.size, origin: TracedOrigin(form)
        ) { try codec.decode(form.payload()) }
    }

    /// The format that payloads of a variable have when nothing else is said; `nil` for a variable that is new.
    public func format(of variable: String) throws -> PayloadFormat? {
        try read { try $0.variable(variable)?.settings.format }
    }

    /// Throws `.doubtfulAddress` when an address is probably a slip: without any key, or with a version entry whose
    /// name is one letter away from a key's.
    public func checkIntent(_ address: Address) throws {
        let names = settings.keys.list.map(\.name)
        if address.keys.isEmpty, !names.isEmpty {
            throw StemmaError.noKeys(address.variable, declared: names)
        }
        try checkIntent(version: address.version)
    }

    /// Throws `.doubtfulAddress` when a version entry's name is one letter away from a key's.
    public func checkIntent(version: Version) throws {
        let names = settings.keys.list.map(\.name)
        for entry in version.names {
            if let key = names.first(where: { NearestName.distance($0.lowercased(), entry.lowercased()) == 1 }
            ) {
                throw StemmaError.nearlyKey(entry, key: key)
            }
        }
    }
}
