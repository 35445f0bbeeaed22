import StemmaBlobs
import StemmaHistory
import StemmaRecords

extension Store {
    /// Puts git's copy in the place of object files that are damaged here and whole there, and packs aside whose
    /// tables cannot be read, once all that can be had from them stands in a new one. What was damaged is kept in `local/aside`.
    func repairObjects(_ report: inout CheckReport) throws {
        let (packs, files) = try state.withLock {
            (
                try objects.packNames().filter { try !isWhole($0) },
                try objects.loose.all().filter { try !objects.loose.isIntact($0) }
            )
        }
        guard !packs.isEmpty || !files.isEmpty else { return }
        try exclusively {
            try state.withLock {
                for name in packs {
                    if let finding = try repairPack(name) { report.findings.append(finding) }
                }
                for digest in files {
                    if let finding = try repairFile(digest) { report.findings.append(finding) }
                }
            }
        }
    }

    /// Whether a pack is what its name says.
    func isWhole(_ name: Digest) throws -> Bool {
        do {
            return try objects.pack(name).isAsNamed
        } catch let error as StemmaError where error.code == .corrupt {
            return false
        }
    }

    /// - Returns: what was done; `nil` where nothing can be done here.
    private func repairPack(_ name: Digest) throws -> CheckReport.Finding? {
        let path = paths.relative(objects.packPath(name))
        if let bytes = try wholeCommittedPack(name) {
            try setAside(name)
            try FileSystem.writeAtomically(
                objects.packPath(name), bytes, synchronize: options.synchronize)
            mended.add(name)
            let update = try catalog.update(waiting: options.wait)
            defer { update.rollback() }
            try update.addPack(objects.pack(name), blob: nil)
            try update.commit()
            return Self.repaired("\(path) was damaged; git's copy has taken its place", path)
        }
        // What HEAD has stays: the next commit would only put it back.
        guard try readablePack(name) == nil, try headItem(path) == nil else { return nil }
        let pack = try objects.packWriter()
        defer { pack.abort() }
        try salvage(name, into: pack)
        let salvaged = try pack.finish(into: objects.packDirectory, synchronize: options.synchronize)
        try setAside(name)
        let update = try catalog.update(waiting: options.wait)
        defer { update.rollback() }
        for finished in salvaged { try update.addPack(objects.pack(finished), blob: nil) }
        try update.removePack(name)
        try update.commit()
        return Self.repaired(
            "\(path) cannot be read; it was put aside as \(paths.relative(paths.aside))/\(name).zst", path)
    }

    /// - Returns: what was done; `nil` where git has no whole copy.
    func repairFile(_ digest: Digest) throws -> CheckReport.Finding? {
        let own = objects.loose.path(of: digest)
        let files = try catalog.read { try committedFiles(digest, in: $0) }
        for file in files {
            guard case .file(let id) = file.source, let staged = try? stage(file, id) else { continue }
            try FileSystem.createDirectory(paths.aside)
            try FileSystem.rename(own, to: "\(paths.aside)/\(digest).zst")
            mended.add(digest)
            try staged.commit(synchronize: options.synchronize)
            damaged.remove(digest)
            let path = paths.relative(own)
            return Self.repaired("\(path) was damaged; git's copy has taken its place", path)
        }
        return nil
    }

    /// The bytes of git's copy of a pack, when it is what its name says.
    func wholeCommittedPack(_ name: Digest) throws -> [UInt8]? {
        guard let item = try headItem(paths.relative(objects.packPath(name))),
            let bytes = try? repository.readBlob(item.id, limit: Self.largestPack)
        else { return nil }
        return Digest.of(bytes) == name ? bytes : nil
    }

    private static func repaired(_ message: String, _ path: String) -> CheckReport.Finding {
        CheckReport.Finding(
            kind: .damaged, message: message, hint: nil, path: path, records: [], isRepaired: true)
    }
}
