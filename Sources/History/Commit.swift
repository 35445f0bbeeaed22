import CGit2
import StemmaBlobs

/// Who did something, and when.
package struct Signature: Hashable, Sendable {
    package var name: String
    package var email: String
    /// Seconds since 1970, UTC.
    package var seconds: Int64
    /// Minutes by which the clock on the wall was ahead of UTC.
    package var offset: Int

    package init(name: String, email: String, seconds: Int64, offset: Int) {
        self.name = name
        self.email = email
        self.seconds = seconds
        self.offset = offset
    }
}

/// What a commit says.
package struct CommitInfo: Sendable {
    /// A line `Key: value` at the end of a message.
    package typealias Trailer = (key: String, value: String)

    package let id: ObjectID
    package let tree: ObjectID
    /// None for a first commit, and at the edge of a shallow clone.
    package let parents: [ObjectID]
    package let author: Signature
    package let committer: Signature
    package let message: String
    /// In the order of the message.
    package let trailers: [Trailer]

    /// The first line of the message.
    package var subject: String {
        message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    }
}

extension Repository {
    /// Whether a commit has parents that a shallow clone left out.
    package func isShallow(_ id: ObjectID) throws -> Bool {
        let file = "\(commonDirectory)/shallow"
        guard try FileSystem.status(file) != nil else { return false }
        let bytes = try FileSystem.readAll(file, limit: 64 << 20)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { $0 == id.hex }
    }

    /// Reads a commit; throws `objectMissing` or `corrupt`.
    package func commit(_ id: ObjectID) throws -> CommitInfo {
        var oid = id.oid
        let commit = try Owned<OpaquePointer>.make(
            "read a commit", subject: .object(id), free: git_commit_free
        ) { git_commit_lookup(&$0, pointer, &oid) }
        return try withExtendedLifetime(commit) {
            let handle = commit.pointer
            let tree = try require(git_commit_tree_id(handle), "read a commit")
            let author = try require(git_commit_author(handle), "read a commit")
            let committer = try require(git_commit_committer(handle), "read a commit")
            let raw = git_commit_message(handle)
            let encoding = git_commit_message_encoding(handle).map { String(cString: $0).lowercased() }
            return CommitInfo(
                id: id, tree: ObjectID(tree.pointee),
                parents: try shallowCommits().contains(id)
                    ? []
                    : (0..<git_commit_parentcount(handle)).compactMap { position in
                        git_commit_parent_id(handle, position).map { ObjectID($0.pointee) }
                    },
                author: Signature(author.pointee), committer: Signature(committer.pointee),
                message: raw.map { decode($0, encoding: encoding) } ?? "", trailers: try trailers(of: raw))
        }
    }

    private func trailers(of message: UnsafePointer<CChar>?) throws -> [CommitInfo.Trailer] {
        guard let message else { return [] }
        var list = git_message_trailer_array()
        try check(git_message_trailers(&list, message), "read the trailers of a commit")
        defer { git_message_trailer_array_free(&list) }
        return UnsafeBufferPointer(start: list.trailers, count: list.count).map {
            (String(cString: $0.key), String(cString: $0.value))
        }
    }
}

extension Signature {
    init(_ signature: git_signature) {
        self.init(
            name: signature.name.map { String(cString: $0) } ?? "",
            email: signature.email.map { String(cString: $0) } ?? "",
            seconds: signature.when.time, offset: Int(signature.when.offset))
    }
}

/// Latin-1 is what old commits that are not UTF-8 are written in; all else is read as UTF-8, with U+FFFD.
private func decode(_ text: UnsafePointer<CChar>, encoding: String?) -> String {
    guard encoding == "iso-8859-1" || encoding == "latin1" || encoding == "latin-1" else {
        return String(cString: text)
    }
    var scalars = String.UnicodeScalarView()
    var position = text
    while position.pointee != 0 {
        scalars.append(Unicode.Scalar(UInt8(bitPattern: position.pointee)))
        position += 1
    }
    return String(scalars)
}
