import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// Looks at the files of objects themselves.
extension ObjectCheck {
    /// Opens every pack, which checks its table; with `deep` reads all of it.
    mutating func checkPacks(_ report: inout CheckReport) throws {
        let names = try store.objects.packNames()
        for (index, name) in names.enumerated() {
            progress(Progress(phase: "packs", done: index, total: names.count))
            let path = "\(StorePaths.packsFolder)/\(name).zst"
            do {
                let pack = try store.objects.pack(name)
                report.objects += pack.count
                guard deep else { continue }
                let damage = try pack.verifyAll(progress: { report.bytes += $0 })
                let lost = try damage.filter { try $0.digest.map { try !isElsewhere($0) } ?? false }
                if lost.isEmpty, let first = damage.first {
                    report.findings.append(try elsewhere(first.reason, path, pack: name))
                    continue
                }
                for damage in damage where damage.digest == nil || lost.contains(damage) {
                    // Calls are not answered from it any more.
                    if let digest = damage.digest { store.damaged.add(digest) }
                    note(damage.digest ?? name, .damaged, damage.reason, path: path)
                }
            } catch let error as StemmaError {
                if try store.wholeCommittedPack(name) != nil {
                    report.findings.append(inGit(error.message, path))
                } else {
                    note(name, .damaged, error.message, path: path)
                }
            }
        }
    }

    /// Whether a blob that is damaged somewhere can be read from another place.
    private func isElsewhere(_ digest: Digest) throws -> Bool {
        do {
            let missing = StemmaError.objectMissing(digest, in: store.paths.objects)
            try store.catalog.read {
                try store.openBlob(digest, in: $0, missing: missing, tells: false).readToEnd()
            }
            return true
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return false
        }
    }

    /// Damage to a pack that hits nothing, since all that is damaged in it can be read from other places.
    private func elsewhere(_ damage: String, _ path: String, pack name: Digest) throws -> CheckReport.Finding
    {
        if try store.wholeCommittedPack(name) != nil { return inGit(damage, path) }
        return elsewhere(damage, path)
    }

    /// Damage that git's copy of the file puts right.
    private func inGit(_ damage: String, _ path: String) -> CheckReport.Finding {
        CheckReport.Finding(
            kind: .damaged, message: "\(damage); git has it whole",
            hint: "`Store.check(repair: true)` puts git's copy in its place", path: path, records: [],
            isRepaired: false)
    }

    /// Damage that nothing puts right, and that hits nothing.
    private func elsewhere(_ damage: String, _ path: String) -> CheckReport.Finding {
        var finding = CheckReport.Finding(
            kind: .damaged,
            message: "\(damage); all that is damaged in it stands whole elsewhere in this clone",
            hint: nil, path: path, records: [], isRepaired: false)
        finding.isElsewhere = true
        return finding
    }

    /// Counts the objects that are files of their own; with `deep` reads them.
    mutating func checkFiles(_ report: inout CheckReport) throws {
        let files =
            try store.objects.loose.all().map { ($0, store.objects.loose) }
            + store.objects.large.all().map { ($0, store.objects.large) }
        for (index, (digest, place)) in files.enumerated() {
            progress(Progress(phase: "files", done: index, total: files.count))
            report.objects += 1
            guard deep else { continue }
            let path = place.path(of: digest)
            do {
                try BlobReader(path: path, digest: digest).readToEnd()
                report.bytes += Int(try FileSystem.status(path)?.size ?? 0)
            } catch let error as StemmaError {
                if try isElsewhere(digest) {
                    let isInGit = try store.catalog.read { try !store.committedFiles(digest, in: $0).isEmpty }
                    let path = store.paths.relative(path)
                    report.findings.append(
                        isInGit ? inGit(error.message, path) : elsewhere(error.message, path))
                    continue
                }
                store.damaged.add(digest)
                note(digest, .damaged, error.message, path: store.paths.relative(path))
            }
        }
    }
}
