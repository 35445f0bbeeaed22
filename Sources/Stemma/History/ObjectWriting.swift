import Dispatch
import StemmaBlobs
import StemmaHistory
import StemmaRecords
import Synchronization

/// Writes files of the store into git's object database.
///
/// Deflating pages is most of the work of a large commit: many are deflated on two threads, and go into one pack.
struct ObjectWriting {
    /// The store's directory.
    let root: String
    let repository: Repository
    /// Whether a pack is flushed before it has a name.
    var synchronize = true

    /// Fewer pages are loose objects, which git puts together when it sees fit.
    private static let manyPages = 32

    /// The blobs of the files, in their order.
    ///
    /// - Parameter written: ids of files that git has already.
    func write(
        _ files: [StoreFiles.File], written: [String: ObjectID]
    ) throws -> [(path: String, item: TreeItem)] {
        let pages = files.filter { file in file.id.map { !repository.useKnown($0) } ?? false }
        var written = written
        if pages.count >= Self.manyPages {
            try pack(pages)
            for page in pages { written[page.path] = page.id }
        }
        return try files.map { file in
            let id = try written[file.path] ?? write(file)
            return (file.path, TreeItem(id: id, kind: .blob))
        }
    }

    /// Writes one file, unless git has it.
    func write(_ file: StoreFiles.File) throws -> ObjectID {
        // Pages were hashed when they were written; packs are compressed already, and deflating them gains nothing.
        if let known = file.id, repository.useKnown(known) { return known }
        let path = "\(root)/\(file.path)"
        guard file.isPack, let name = file.name else { return try write(path, file) }
        // Read for git in any case: damage is not to become a part of history.
        let check = try ObjectFileCheck(name, isPack: file.hasTable, path: path)
        return try repository.writeBlob(file: path, compression: .none) { piece in
            do {
                if let piece { try check.update(piece) } else { try check.finish() }
            } catch let error as StemmaError where error.code == .corrupt {
                throw DamagedObjectFile(name: name, isPack: file.hasTable, cause: error)
            }
        }
    }

    private func write(_ path: String, _ file: StoreFiles.File) throws -> ObjectID {
        let id = try repository.writeBlob(file: path, compression: file.isPack ? .none : .fast)
        if let known = file.id, known != id { throw StemmaError.workTreeChanged(file.path) }
        return id
    }

    private func pack(_ pages: [StoreFiles.File]) throws {
        // Two pages may be the same.
        var ids: Set<ObjectID> = []
        let pages = pages.filter { page in page.id.map { ids.insert($0).inserted } ?? false }
        let pack = Mutex(UncheckedSendable(try repository.objectPack(of: pages.count)))
        let next = Atomic<Int>(0)
        let failure = Mutex<(any Error)?>(nil)
        let (root, directory) = (root, repository.workTree)
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            do {
                // A repository is used by the thread that opened it.
                guard let own = try Repository.find(from: directory) else {
                    throw StemmaError.noRepository(root)
                }
                while failure.withLock({ $0 == nil }) {
                    let number = next.add(1, ordering: .relaxed).oldValue
                    guard number < pages.count else { return }
                    let path = "\(root)/\(pages[number].path)"
                    let blob = try FileSystem.readAll(path, limit: Page.maximumSize, followLinks: false)
                        .withUnsafeBytes { try own.packed($0) }
                    guard blob.id == pages[number].id else {
                        throw StemmaError.workTreeChanged(pages[number].path)
                    }
                    try pack.withLock { try $0.value.add(blob) }
                }
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        try pack.withLock { try $0.value.finish(synchronize: synchronize) }
    }
}

/// Writes packs and large payloads into git while the main thread still works out what else the commit needs.
final class EarlyWriting: Sendable {
    private let group = DispatchGroup()
    private let result = Mutex<Result<[String: ObjectID], any Error>>(.success([:]))

    /// Less than this is not worth a second thread and a second repository.
    private static let muchData = 4 << 20

    init(_ files: [StoreFiles.File], root: String, repository: Repository) throws {
        let sizes = try files.map { try FileSystem.status("\(root)/\($0.path)")?.size ?? 0 }
        guard sizes.reduce(0, +) >= Self.muchData else { return }
        let directory = repository.workTree
        DispatchQueue.global().async(group: group) { [self] in
            let ids = Result<[String: ObjectID], any Error> {
                guard let own = try Repository.find(from: directory) else {
                    throw StemmaError.noRepository(root)
                }
                let writing = ObjectWriting(root: root, repository: own)
                return Dictionary(uniqueKeysWithValues: try files.map { ($0.path, try writing.write($0)) })
            }
            result.withLock { $0 = ids }
        }
    }

    /// Waits, and gives the ids of what was written.
    func finish() throws -> [String: ObjectID] {
        group.wait()
        return try result.withLock { try $0.get() }
    }
}

/// What one thread at a time uses, under a mutex.
private struct UncheckedSendable<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
