import CGit2
import StemmaBlobs

/// A file in git's index, as it stands below the path that was asked for.
package struct IndexEntry: Hashable, Sendable {
    /// What `stat` said of the file when its content was read, so that git need not read it again.
    package struct Status: Hashable, Sendable {
        package var device: UInt64
        package var inode: UInt64
        package var size: Int64
        package var modifiedSeconds: Int64
        package var modifiedNanoseconds: Int64
        package var changedSeconds: Int64
        package var changedNanoseconds: Int64
        package var user: UInt32
        package var group: UInt32

        package init(
            device: UInt64, inode: UInt64, size: Int64, modifiedSeconds: Int64, modifiedNanoseconds: Int64,
            changedSeconds: Int64, changedNanoseconds: Int64, user: UInt32, group: UInt32
        ) {
            self.device = device
            self.inode = inode
            self.size = size
            self.modifiedSeconds = modifiedSeconds
            self.modifiedNanoseconds = modifiedNanoseconds
            self.changedSeconds = changedSeconds
            self.changedNanoseconds = changedNanoseconds
            self.user = user
            self.group = group
        }
    }

    package var path: String
    package var id: ObjectID
    package var kind: EntryKind
    /// Without it git reads the file once more to see whether it is still the same.
    package var status: Status?

    package init(path: String, id: ObjectID, kind: EntryKind, status: Status? = nil) {
        self.path = path
        self.id = id
        self.kind = kind
        self.status = status
    }
}

/// A line of git's index: of one path there are several while a merge is in conflict.
package struct StagedFile: Hashable, Sendable {
    package let path: String
    package let id: ObjectID
    package let kind: EntryKind
    /// Whether it is only announced (`git add -N`): its content is in no commit yet.
    package let isIntentToAdd: Bool
    /// 0, or in a conflict 1 for the ancestor, 2 for ours and 3 for theirs.
    package let stage: Int
}

extension IndexEntry {
    /// libgit2's form of it, but for the path. git keeps the low 32 bits of each number.
    var stored: git_index_entry {
        var entry = git_index_entry()
        entry.id = id.oid
        entry.mode = kind.mode
        guard let status else { return entry }
        entry.dev = UInt32(truncatingIfNeeded: status.device)
        entry.ino = UInt32(truncatingIfNeeded: status.inode)
        entry.file_size = UInt32(truncatingIfNeeded: status.size)
        entry.mtime.seconds = Int32(truncatingIfNeeded: status.modifiedSeconds)
        entry.mtime.nanoseconds = UInt32(truncatingIfNeeded: status.modifiedNanoseconds)
        entry.ctime.seconds = Int32(truncatingIfNeeded: status.changedSeconds)
        entry.ctime.nanoseconds = UInt32(truncatingIfNeeded: status.changedNanoseconds)
        entry.uid = status.user
        entry.gid = status.group
        return entry
    }
}
