import StemmaBlobs
import StemmaCatalog
import StemmaRecords

extension Store {
    /// The bytes of a blob of a pack, or of any other place that has it when it is damaged there.
    ///
    /// Throws `.corrupt` when it is damaged everywhere, and remembers it: whoever looks for the call again finds a miss, so
    /// that it is made again. Call with `state` held.
    func intactBytes(of entry: PackEntry, in pack: PackReader) throws -> [UInt8] {
        do {
            return try pack.read(entry)
        } catch let error as StemmaError where error.code == .corrupt {
            return try noting(entry.digest) {
                try catalog.read { view in
                    try openBlob(entry.digest, in: view, missing: error).readAll(limit: Self.largestMetadata)
                }
            }
        }
    }

    /// A pack of the work tree; `nil` when its table cannot be read, so that nobody can tell what it holds. Call with
    /// `state` held.
    ///
    /// - Parameter rows: whether every row is looked at, and not only where the table is.
    func readablePack(_ name: Digest, rows: Bool = true) throws -> PackReader? {
        do {
            let pack = try objects.pack(name)
            if rows { _ = try pack.entries }
            return pack
        } catch let error as StemmaError where error.code == .corrupt {
            return nil
        }
    }

    /// Takes over what can still be had of a pack whose table cannot be read as a whole: row by row, and also what has lost
    /// its name there, if a record names it. Call with `state` held.
    func salvage(_ name: Digest, into pack: PackWriter) throws {
        guard let old = try? objects.pack(name) else { return }
        for row in 0..<old.count {
            guard let entry = try? old.entry(at: row), let bytes = try? old.read(entry, verify: false) else {
                continue
            }
            let digest = Digest.of(bytes)
            guard try digest == entry.digest || recordNaming(digest) != nil else { continue }
            try pack.add(digest, bytes, kind: entry.kind)
        }
    }

    /// Throws what names the first record whose payload or lineage would be nowhere any more.
    ///
    /// - Parameters:
    ///   - needed: what else must be there, since records name it through lineage.
    ///   - view: the catalog without what is to be put aside.
    func checkNothingIsLost(needed: Set<Digest>, in view: CatalogView) throws {
        func check(_ what: String, _ digest: Digest, _ record: Record?) throws {
            guard try locate(digest, in: view) == nil else { return }
            throw StemmaError.damagedBeforeCommit(
                what, digest, of: record.map { settings.keys.text(of: $0.address) },
                cause: .objectMissing(digest, in: paths.objects))
        }
        for variable in try view.variables() {
            try workTree.forEachReadable(variable.name) { record in
                if record.value == nil { try check("payload", record.content, record) }
                if let lineage = record.lineage { try check("lineage record", lineage, record) }
            }
        }
        for digest in needed.sorted() { try check("object", digest, nil) }
    }

    /// Takes a pack out of the objects and keeps its file in `local/aside`.
    func setAside(_ name: Digest) throws {
        try FileSystem.createDirectory(paths.aside)
        try FileSystem.rename(objects.packPath(name), to: "\(paths.aside)/\(name).zst")
        try objects.removePack(name)
    }

    /// A record of the work tree whose payload or lineage record is this blob.
    func recordNaming(_ digest: Digest) throws -> Record? {
        struct Found: Error { let record: Record }
        do {
            for variable in try workTree.variables() {
                try workTree.forEachReadable(variable.name) { record in
                    if record.lineage == digest || record.value == nil && record.content == digest {
                        throw Found(record: record)
                    }
                }
            }
            return nil
        } catch let found as Found {
            return found.record
        }
    }
}

extension StemmaError {
    /// - Parameter address: of a record that needs the blob, where it is known.
    static func damagedBeforeCommit(
        _ what: String, _ digest: Digest, of address: String?, cause: StemmaError
    ) -> StemmaError {
        var fields = cause.fields
        fields["digest"] = digest.hex
        if let address { fields["address"] = address }
        return StemmaError(
            .corrupt,
            "nothing was committed: the \(what) \(digest.short)\(address.map { " of \($0)" } ?? "") is damaged everywhere in this clone: \(cause.message)",
            hint:
                "run the step that made it again, save it again, or remove the record; `Store.check(deep: true)` lists all that damage hits",
            fields: fields)
    }
}
