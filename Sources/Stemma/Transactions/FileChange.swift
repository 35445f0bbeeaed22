import StemmaBlobs
import StemmaRecords

/// One file that a transaction writes or takes away: of a variable, or of lines that belong to the store as a whole.
struct FileChange: Sendable {
    /// Relative to the store.
    let path: String
    /// The digest of the file as it was; `nil` where there was none.
    let before: Digest?
    /// The file as it is to be; `nil` when it goes away.
    let after: [UInt8]?

    /// Whether the file is as the transaction found it.
    func isUntouched(_ paths: StorePaths) throws -> Bool { try isOnDisk(before, paths) }

    /// Whether the file is as the transaction leaves it.
    func isDone(_ paths: StorePaths) throws -> Bool { try isOnDisk(after.map { Digest.of($0) }, paths) }

    /// The file of a variable that it is; `nil` for one of the store's own.
    var file: VariableFile? { VariableFile(path: path) }

    /// The files of the store's own that change with transactions.
    static let storeFiles = StorePaths.mergedFiles + CompanionFile.all.map(\.name)

    private func isOnDisk(_ digest: Digest?, _ paths: StorePaths) throws -> Bool {
        guard let status = try FileSystem.status("\(paths.root)/\(path)") else { return digest == nil }
        // A link or a directory of that name is neither what was there nor what is to be there.
        guard status.kind == .regular, status.size <= Self.largest else { return false }
        return try Self.content(of: path, paths).map { Digest.of($0) } == digest
    }

    /// The file's bytes on disk; `nil` where there is none.
    static func content(of path: String, _ paths: StorePaths) throws -> [UInt8]? {
        let path = "\(paths.root)/\(path)"
        guard try FileSystem.status(path) != nil else { return nil }
        return try FileSystem.readAll(path, limit: largest, followLinks: false)
    }

    static func content(of file: VariableFile, _ paths: StorePaths) throws -> [UInt8]? {
        try content(of: file.path, paths)
    }

    /// Whoever reads a store reads these files whole.
    static let largest = 16 << 20

    /// Puts the file in place; it can be done again after a crash.
    func write(_ paths: StorePaths, synchronize: Bool) throws {
        let path = "\(paths.root)/\(path)"
        let folder = FileSystem.parent(of: path)
        if let after {
            try FileSystem.createDirectory(folder)
            return try FileSystem.writeAtomically(path, after, synchronize: synchronize)
        }
        try FileSystem.remove(path)
        // As git has no empty folders.
        let left = try FileSystem.removeEmptyDirectories(from: folder, below: paths.variables)
        if synchronize { try FileSystem.synchronizeDirectory(left) }
    }
}
