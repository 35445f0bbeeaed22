import Dispatch
import StemmaBlobs
import StemmaHistory
import Synchronization

/// Writes files of the store into git's object database, on two threads when there are many: deflating pages is most
/// of the work of a large commit.
struct ObjectWriting {
    /// The store's directory.
    let root: String
    let repository: Repository

    /// Fewer files are not worth a second thread and a second repository.
    private static let manyFiles = 32

    /// The blobs of the files, in their order. Throws the first error that any of them met.
    func write(_ files: [StoreFiles.File]) throws -> [(path: String, item: TreeItem)] {
        let ids =
            files.count < Self.manyFiles
            ? try files.map { try write($0, repository) } : try writeInParallel(files)
        return zip(files, ids).map { ($0.path, TreeItem(id: $1, kind: .blob)) }
    }

    private func writeInParallel(_ files: [StoreFiles.File]) throws -> [ObjectID] {
        let next = Atomic<Int>(0)
        let results = Mutex<[Int: Result<ObjectID, any Error>]>([:])
        let directory = repository.workTree
        let root = root
        // Packs first: the largest file is not to be the one that is waited for at the end.
        let order = files.indices.sorted { files[$0].isPack && !files[$1].isPack }
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            // A repository is used by the thread that opened it.
            let own = Result { try Repository.find(from: directory) }
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < order.count else { return }
                let result = Result<ObjectID, any Error> {
                    guard let repository = try own.get() else { throw StemmaError.noRepository(root) }
                    return try ObjectWriting(root: root, repository: repository).write(
                        files[order[number]], repository)
                }
                results.withLock { $0[order[number]] = result }
            }
        }
        return try results.withLock { results in
            try files.indices.map { index in
                guard let result = results[index] else { throw StemmaError.noRepository(root) }
                return try result.get()
            }
        }
    }

    private func write(_ file: StoreFiles.File, _ repository: Repository) throws -> ObjectID {
        // Pages were hashed when they were written; packs are compressed already, and deflating them gains nothing.
        if let known = file.id, repository.contains(known) { return known }
        return try repository.writeBlob(
            file: "\(root)/\(file.path)", compression: file.isPack ? .none : .fast)
    }
}
