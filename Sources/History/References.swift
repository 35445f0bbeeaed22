import CGit2
import StemmaBlobs

/// A branch, a tag, a remote's branch, the stash, or any other name that git keeps for an object.
package struct Reference: Hashable, Sendable {
    /// The full name, `refs/heads/main`.
    package let name: String
    /// What it names, through annotated tags.
    package let target: ObjectID
    /// Whether that is a commit, which nearly all are; a tag can name any object.
    package let isCommit: Bool
}

extension Repository {
    /// All references that this work tree sees, in the order of their names.
    ///
    /// Symbolic ones that lead nowhere are left out. Throws `objectMissing` or `corrupt` for one that names what
    /// cannot be read: who decides by this list what may be removed must not go on without it.
    package func references() throws -> [Reference] {
        try referenceNames().compactMap { name in
            let reference = try Owned<OpaquePointer>.find("read '\(name)'", free: git_reference_free) {
                git_reference_lookup(&$0, pointer, name)
            }
            guard reference != nil, let id = try referenceTarget(name) else { return nil }
            let (type, _) = try objects.header(id)
            guard type == GIT_OBJECT_TAG else {
                return Reference(name: name, target: id, isCommit: type == GIT_OBJECT_COMMIT)
            }
            return try peeled(name, tag: id)
        }
    }

    private func peeled(_ name: String, tag: ObjectID) throws -> Reference {
        var oid = tag.oid
        let handle = try Owned<OpaquePointer>.make(
            "read the tag '\(name)'", subject: .object(tag), free: git_object_free
        ) { git_object_lookup(&$0, pointer, &oid, GIT_OBJECT_TAG) }
        let target = try Owned<OpaquePointer>.make(
            "read the tag '\(name)'", subject: .object(tag), free: git_object_free
        ) { git_object_peel(&$0, handle.pointer, GIT_OBJECT_ANY) }
        let id = try ObjectID(require(git_object_id(target.pointer), "read the tag '\(name)'").pointee)
        return Reference(
            name: name, target: id, isCommit: git_object_type(target.pointer) == GIT_OBJECT_COMMIT)
    }

    /// The full names of all references, sorted.
    func referenceNames() throws -> [String] {
        var list = git_strarray()
        try check(git_reference_list(&list, pointer), "list the references")
        defer { git_strarray_dispose(&list) }
        return UnsafeBufferPointer(start: list.strings, count: list.count)
            .compactMap { $0.map { String(cString: $0) } }.sorted()
    }

    /// The commits that an unfinished merge is to bring in, in order; none when there is no merge.
    package func mergeHeads() throws -> [ObjectID] {
        guard let bytes = try readGitFile("\(gitDirectory)/MERGE_HEAD") else { return [] }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            guard let id = line.withUnsafeBytes({ ObjectID(hexBytes: $0) }) else {
                throw StemmaError(
                    .corrupt, "'\(gitDirectory)/MERGE_HEAD' has a line that is no commit id",
                    hint: "git merge --abort", fields: ["path": "\(gitDirectory)/MERGE_HEAD"])
            }
            return id
        }
    }
}
