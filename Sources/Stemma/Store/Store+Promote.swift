import StemmaBlobs
import StemmaRecords

extension Store {
    /// Makes keys of version entries of the same names: the settings get the keys, and every record that has such an entry
    /// is readdressed.
    ///
    /// All records change in one transaction, after the settings; a kill in between is made good by calling it again.
    /// - Returns: how many records were readdressed. Throws `.keyTypeMismatch` for a value that does not fit its key, and
    ///   `.promotionCollides` where two records would have one address; then nothing is changed.
    static func promote(
        _ keys: [KeyDeclaration], at path: String, settings: StoreSettings, options: StoreOptions
    ) throws -> Int {
        var settings = settings
        let names = Set(keys.map(\.name))
        settings.keys.promoting = names
        let store = try Store(path: FileSystem.realPath(path), options: options, settings: settings)
        return try store.exclusively {
            let records = try store.recordsToPromote(names)
            try FileSystem.writeAtomically(
                store.paths.settings, settings.fileContent, synchronize: options.synchronize)
            try store.transact { transaction in
                for record in records {
                    try transaction.remove(record.address)
                    try transaction.put(record.promoting(names))
                }
            }
            return records.count
        }
    }

    /// The records that have such entries; checked before anything is changed.
    private func recordsToPromote(_ names: Set<String>) throws -> [Record] {
        var found: [Record] = []
        for variable in try workTree.variables() {
            var addresses: Set<Digest> = []
            try workTree.forEachRecord(of: variable.name) { record in
                let promoted = record.promoting(names)
                try settings.keys.check(promoted.keys)
                if promoted != record { found.append(record) }
                let address = Digest.of(promoted.keys.canonical + [0] + promoted.version.canonical)
                guard addresses.insert(address).inserted else {
                    throw StemmaError.promotionCollides(settings.keys.text(of: promoted.address))
                }
                return true
            }
        }
        return found
    }
}

extension Record {
    /// The record with version entries of these names as keys.
    func promoting(_ names: Set<String>) -> Record {
        var record = self
        for entry in version.entries where names.contains(entry.name) {
            record.keys[entry.name] = entry.value
            record.version[entry.name] = nil
        }
        return record
    }
}

extension StemmaError.Code {
    /// Two records would have one address if a version entry became a key; `fields` has `address`.
    public static let promotionCollides = Self("promotion-collides")
}

extension StemmaError {
    static func promotionCollides(_ address: String) -> StemmaError {
        StemmaError(
            .promotionCollides, "two records would be \(address)", hint: "remove one of them first",
            fields: ["address": address])
    }
}
