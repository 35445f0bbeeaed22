import CGit2
import StemmaBlobs

extension Repository {
    /// The commit that `revision` names, in any spelling that `git rev-parse` knows for one commit.
    ///
    /// Throws `unknownRevision` with the branches and tags of nearly that name as its hint,
    /// `ambiguousRevision` for too few digits, and `objectMissing` or `corrupt` for what cannot be read.
    package func resolve(_ revision: String) throws -> ObjectID {
        guard !revision.utf8.contains(0) else { throw StemmaError.unknownRevision(revision, nearest: []) }
        var pointer: OpaquePointer?
        let status = try git_revparse_single(
            &pointer, self.pointer, withoutHeadReflog(Self.withHeadNamed(revision)))
        switch git_error_code(status) {
        case GIT_ENOTFOUND, GIT_EINVALIDSPEC, GIT_EUNBORNBRANCH:
            throw StemmaError.unknownRevision(revision, nearest: nearestNames(to: revision))
        case GIT_EAMBIGUOUS:
            throw StemmaError.ambiguousRevision(revision)
        case GIT_EPEEL:
            throw StemmaError.notACommit(revision)
        default:
            break
        }
        let object = try Owned<OpaquePointer>.make(
            "resolve '\(revision)'", subject: .revision(revision), free: git_object_free
        ) {
            $0 = pointer
            return status
        }
        let id = try ObjectID(require(git_object_id(object.pointer), "resolve '\(revision)'").pointee)
        var commit: OpaquePointer?
        let peeled = git_object_peel(&commit, object.pointer, GIT_OBJECT_COMMIT)
        if peeled == GIT_EPEEL.rawValue || peeled == GIT_EINVALIDSPEC.rawValue {
            throw StemmaError.notACommit(revision)
        }
        try check(peeled, "resolve '\(revision)'", subject: .object(id))
        let found = try Owned<OpaquePointer>.make("resolve '\(revision)'", free: git_object_free) {
            $0 = commit
            return 0
        }
        return try ObjectID(require(git_object_id(found.pointer), "resolve '\(revision)'").pointee)
    }

    /// Whether `revision` names a commit that can be read.
    package func isRevision(_ revision: String) -> Bool { (try? resolve(revision)) != nil }

    /// `@~1` with `HEAD` for the `@`, which libgit2 knows only where it stands alone.
    private static func withHeadNamed(_ revision: String) -> String {
        guard revision.first == "@", let next = revision.dropFirst().first, "~^:".contains(next) else {
            return revision
        }
        return "HEAD" + revision.dropFirst()
    }

    /// `HEAD@{3}` with the commit's id in its place; any other revision as it is.
    ///
    /// libgit2 takes the reflog of the branch that HEAD is on, which gives another commit without a word.
    private func withoutHeadReflog(_ revision: String) throws -> String {
        let prefix = "HEAD@{"
        guard revision.hasPrefix(prefix), let end = revision.firstIndex(of: "}") else { return revision }
        let selector = revision[..<end].dropFirst(prefix.count)
        if ["u", "upstream", "push"].contains(selector.lowercased()) { return revision }
        guard let number = Int(selector), number >= 0 else { throw StemmaError.reflogDate(revision) }
        let log = try Owned<OpaquePointer>.make("read the reflog of HEAD", free: git_reflog_free) {
            git_reflog_read(&$0, pointer, "HEAD")
        }
        guard let entry = git_reflog_entry_byindex(log.pointer, number),
            let id = git_reflog_entry_id_new(entry)
        else { throw StemmaError.unknownRevision(revision, nearest: []) }
        return ObjectID(id.pointee).hex + revision[revision.index(after: end)...]
    }

    /// At most three names of branches and tags that are a few typing mistakes away.
    private func nearestNames(to revision: String) -> [String] {
        let wanted = Array(revision.utf8)
        let limit = max(1, min(3, wanted.count / 3))
        let names = ((try? referenceNames()) ?? []).compactMap { name -> String? in
            let prefixes = ["refs/heads/", "refs/tags/", "refs/remotes/"]
            return prefixes.first { name.hasPrefix($0) }.map { String(name.dropFirst($0.count)) }
        }
        return names.map { (name: $0, distance: editDistance(wanted, Array($0.utf8))) }
            .filter { $0.distance <= limit }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .prefix(3).map(\.name)
    }
}

/// The least number of bytes to insert, remove, replace, or swap with their neighbour (Damerau 1964).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
            row.append(best)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
