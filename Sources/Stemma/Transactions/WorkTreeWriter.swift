import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// Puts the pages of a transaction in place. It can be done again after a crash at any point.
struct WorkTreeWriter {
    private let paths: StorePaths
    private let synchronize: Bool

    init(_ paths: StorePaths, synchronize: Bool) {
        self.paths = paths
        self.synchronize = synchronize
    }

    /// Whether these changes are flushed with all that the file system has to write, rather than one by one.
    func flushesAll(_ changes: [PageChange]) -> Bool { changes.count > Self.fewFiles }

    /// Flushes the temporary files, so that the journal may name them.
    func flush(_ changes: [PageChange]) throws {
        guard synchronize else { return }
        if !flushesAll(changes) {
            for change in changes {
                if let temporary = change.temporary { try OpenFile(temporary, for: .updating).synchronize() }
            }
        } else {
            // One flush of the file system is cheaper than hundreds of files one by one.
            try FileSystem.synchronizeFileSystem(of: paths.root)
        }
    }

    /// Puts pages and files of variables in place; a change whose temporary file is gone was made before.
    func write(_ changes: [PageChange], _ files: [FileChange]) throws {
        var directories: Set<String> = []
        for file in files { try file.write(paths, synchronize: synchronize) }
        for change in changes {
            guard let temporary = change.temporary, try FileSystem.status(temporary) != nil else { continue }
            let file = paths.page(change.path)
            let directory = FileSystem.parent(of: file)
            if directories.insert(directory).inserted { try FileSystem.createDirectory(directory) }
            try FileSystem.rename(temporary, to: file)
        }
        // Only now, so that a record that moves to another page stands somewhere at any moment.
        for change in changes where change.after == nil {
            let file = paths.page(change.path)
            try FileSystem.remove(file)
            directories.insert(FileSystem.parent(of: file))
            // As git has no empty folders.
            try FileSystem.removeEmptyDirectories(from: FileSystem.parent(of: file), below: paths.records)
        }
        guard synchronize else { return }
        if !flushesAll(changes) {
            for directory in directories where try FileSystem.status(directory) != nil {
                try FileSystem.synchronizeDirectory(directory)
            }
        } else {
            try FileSystem.synchronizeFileSystem(of: paths.root)
        }
    }

    private static let fewFiles = 8
}
