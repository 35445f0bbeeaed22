import CGit2
import Glibc
import StemmaBlobs

/// Who makes a commit, where that is not what git's configuration says.
///
/// git lets `GIT_AUTHOR_NAME`, `GIT_COMMITTER_DATE` and their like go before the configuration; a library
/// does not read the environment, so that whoever does hands them in here.
package struct Identity: Hashable, Sendable {
    /// A point in time, as commits state it.
    package struct Moment: Hashable, Sendable {
        /// Seconds since 1970, UTC.
        package var seconds: Int64
        /// Minutes by which the clock on the wall is ahead of UTC.
        package var offset: Int

        package init(seconds: Int64, offset: Int) {
            self.seconds = seconds
            self.offset = offset
        }

        /// Reads git's own form, `1700000000 +0100`, also with an `@` before it and without the zone.
        package init?(_ text: String) {
            let words = text.split(separator: " ")
            guard let first = words.first, words.count <= 2 else { return nil }
            guard let seconds = Int64(first.hasPrefix("@") ? first.dropFirst() : first), seconds >= 0 else {
                return nil
            }
            var offset = 0
            if words.count == 2 {
                let zone = words[1]
                guard zone.utf8.count == 5, zone.hasPrefix("+") || zone.hasPrefix("-"),
                    zone.dropFirst().allSatisfy({ ("0"..."9").contains($0) }),
                    let digits = Int(zone.dropFirst())
                else { return nil }
                offset = (digits / 100 * 60 + digits % 100) * (zone.hasPrefix("-") ? -1 : 1)
            }
            self.init(seconds: seconds, offset: offset)
        }
    }

    package var authorName: String?
    package var authorEmail: String?
    package var authorDate: Moment?
    package var committerName: String?
    package var committerEmail: String?
    package var committerDate: Moment?

    /// What is nil comes from git's configuration and the clock.
    package init(
        authorName: String? = nil, authorEmail: String? = nil, authorDate: Moment? = nil,
        committerName: String? = nil, committerEmail: String? = nil, committerDate: Moment? = nil
    ) {
        self.authorName = authorName
        self.authorEmail = authorEmail
        self.authorDate = authorDate
        self.committerName = committerName
        self.committerEmail = committerEmail
        self.committerDate = committerDate
    }
}

extension Repository {
    /// The author and the committer of a commit made now; throws `noIdentity` when nothing says who that is.
    package func signatures(_ identity: Identity = Identity()) throws -> (
        author: Signature, committer: Signature
    ) {
        let settings = try Configuration.of(pointer)
        func value(_ given: String?, _ role: String, _ name: String) throws -> String {
            let value = try given ?? settings.string("\(role).\(name)") ?? settings.string("user.\(name)")
            // libgit2 trims what git calls crud, and refuses what is empty then.
            guard let value, value.contains(where: { !$0.isWhitespace && !"<>.,:;\"\\'".contains($0) }) else {
                throw StemmaError.noIdentity("user.\(name)")
            }
            return value
        }
        let now = currentMoment()
        func signature(_ name: String?, _ email: String?, _ date: Identity.Moment?, _ role: String) throws
            -> Signature
        {
            let moment = date ?? now
            return try Signature(
                name: value(name, role, "name"), email: value(email, role, "email"), seconds: moment.seconds,
                offset: moment.offset)
        }
        return try (
            signature(identity.authorName, identity.authorEmail, identity.authorDate, "author"),
            signature(identity.committerName, identity.committerEmail, identity.committerDate, "committer")
        )
    }
}

private func currentMoment() -> Identity.Moment {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return Identity.Moment(seconds: Int64(now), offset: local.tm_gmtoff / 60)
}

extension Signature {
    /// libgit2's form of it.
    func handle() throws -> Owned<UnsafeMutablePointer<git_signature>> {
        try .make("sign a commit as '\(name)'", free: git_signature_free) {
            git_signature_new(&$0, name, email, git_time_t(seconds), Int32(offset))
        }
    }
}
