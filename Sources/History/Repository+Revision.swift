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
        let status = git_revparse_single(&pointer, self.pointer, revision)
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
        let object = try Owned<OpaquePointer>.make("resolve '\(revision)'", free: git_object_free) {
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
