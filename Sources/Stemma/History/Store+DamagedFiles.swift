import StemmaBlobs
import StemmaRecords

/// An object file that a commit would bring, and that is not what its name says.
struct DamagedObjectFile: Error {
    let name: Digest
    let isPack: Bool
    let cause: StemmaError
}

extension Store {
    /// Makes a commit, and makes it once more without the files that turned out to be damaged. Call with `state` held.
    ///
    /// - Parameter body: commits; the packs that it is given are to be written anew.
    func committingIntact<T>(_ body: (_ rewriting: Set<Digest>) throws -> T) throws -> T {
        var seen: Set<Digest> = []
        var rewriting: Set<Digest> = []
        while true {
            do {
                return try body(rewriting)
            } catch let damage as DamagedObjectFile {
                guard seen.insert(damage.name).inserted else { throw damage.cause }
                if damage.isPack { rewriting.insert(damage.name) }
            }
        }
    }

    /// Sees to a payload in a file of its own that is damaged before its first commit: a copy of another commit takes its
    /// place; a file that nothing needs is put aside. Throws what names the record when there is no way.
    ///
    /// - Parameter needed: what the new lines of the commit name through lineage.
    func replaceDamaged(_ file: DamagedObjectFile, needed: Set<Digest>) throws {
        _ = try searchHistory()
        if try repairFile(file.name) != nil { return }
        let record = try recordNaming(file.name)
        guard record == nil, !needed.contains(file.name) else {
            damaged.add(file.name)
            throw StemmaError.damagedBeforeCommit(
                record == nil ? "object" : "payload", file.name,
                of: record.map { settings.keys.text(of: $0.address) }, cause: file.cause)
        }
        try FileSystem.createDirectory(paths.aside)
        try FileSystem.rename(objects.loose.path(of: file.name), to: "\(paths.aside)/\(file.name).zst")
    }
}
