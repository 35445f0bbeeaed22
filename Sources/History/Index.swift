import CGit2
import Glibc
import StemmaBlobs

/// The owner of a `git_index`: the content of one index file.
///
/// Opened by its path and not through the repository, so that nothing is written but that very file.
struct Index {
    private let handle: Owned<OpaquePointer>

    /// Reads an index file; one that is not there is an empty index.
    ///
    /// `name` is what errors call it. Throws `unsupportedIndex` for an index that is split or sparse: libgit2
    /// cannot keep what such an index leaves out. Throws `corrupt` for one that is damaged.
    init(reading path: String, as name: String) throws {
        var pointer: OpaquePointer?
        let status = git_index_open(&pointer, path)
        if status < 0, let last = git_error_last()?.pointee, let message = last.message {
            let text = String(cString: message)
            if text.contains("unsupported mandatory extension") { throw unsupported(name, text) }
            if last.klass == Int32(bitPattern: GIT_ERROR_INDEX.rawValue) {
                throw StemmaError.gitIndexCorrupt(name, text)
            }
        }
        handle = try .make("read the index", subject: .path(name), free: git_index_free) {
            $0 = pointer
            return status
        }
    }

    /// Calls `body` with each entry whose path starts with `prefix`.
    func forEach(startingWith prefix: String, _ body: (git_index_entry, UnsafePointer<CChar>) -> Void) {
        var position = 0
        // libgit2 finds no prefix that is empty.
        if !prefix.isEmpty, git_index_find_prefix(&position, handle.pointer, prefix) != 0 { return }
        while let entry = git_index_get_byindex(handle.pointer, position)?.pointee, let path = entry.path {
            guard strncmp(path, prefix, prefix.utf8.count) == 0 else { return }
            body(entry, path)
            position += 1
        }
    }

    /// Puts a file in, in place of what stands there, a conflict included.
    func set(_ entry: IndexEntry, at path: String) throws {
        var stored = entry.stored
        try removeConflict(at: path)
        let status = path.withCString { name in
            stored.path = name
            return git_index_add(handle.pointer, &stored)
        }
        try check(status, "put '\(path)' in the index")
    }

    /// Takes a file out, at all stages; nothing happens when it is not there.
    func remove(_ path: String) throws {
        try removeConflict(at: path)
        _ = try checkFound(git_index_remove(handle.pointer, path, 0), "take '\(path)' out of the index")
    }

    private func removeConflict(at path: String) throws {
        guard git_index_has_conflicts(handle.pointer) == 1 else { return }
        for stage: Int32 in 1...3 {
            _ = try checkFound(
                git_index_remove(handle.pointer, path, stage), "take '\(path)' out of the index")
        }
    }

    /// Writes it to the path that it was read from, through a file of that name and `.lock`.
    func write() throws {
        try check(git_index_write(handle.pointer), "write the index")
    }
}

private func unsupported(_ path: String, _ reason: String) -> StemmaError {
    reason.contains("link")
        ? .unsupportedIndex(path, kind: "split", remedy: "git update-index --no-split-index")
        : reason.contains("sdir")
            ? .unsupportedIndex(path, kind: "sparse", remedy: "git sparse-checkout reapply --no-sparse-index")
            : .unsupportedIndex(
                path, kind: "of an unknown kind: \(reason)", remedy: "git update-index --force-write-index")
}
