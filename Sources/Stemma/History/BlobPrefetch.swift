import Dispatch
import StemmaHistory
import StemmaRecords
import Synchronization

/// Reads blobs of git on a second thread, ahead of the one that uses them: inflating pages is most of the work of
/// comparing commits.
final class BlobPrefetch: Sendable {
    /// Fewer are read faster than a second repository is opened.
    static let manyBlobs = 16
    /// How many are held that nobody has asked for yet, which bounds the memory.
    private static let ahead = 16

    private struct State {
        var ready: [Result<[UInt8], any Error>] = []
        var isCancelled = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    // From 0 up: a semaphore that is freed below the value it was made with ends the process.
    private let room = DispatchSemaphore(value: 0)

    /// Starts to read.
    ///
    /// - Parameter workTree: of the repository that has the blobs; a repository is used by the thread that opened it.
    init(_ ids: [ObjectID], workTree: String) {
        for _ in 0..<Self.ahead { room.signal() }
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            let repository = Result { () throws -> Repository in
                guard let found = try Repository.find(from: workTree) else {
                    throw StemmaError.noRepository(workTree)
                }
                return found
            }
            for id in ids {
                room.wait()
                if state.withLock({ $0.isCancelled }) { return }
                let blob = Result { try repository.get().readBlob(id, limit: Page.maximumSize) }
                state.withLock { $0.ready.append(blob) }
                filled.signal()
            }
        }
    }

    /// The next blob, in the order in which they were asked for. Throws what reading it threw.
    func next() throws -> [UInt8] {
        filled.wait()
        let blob = state.withLock { $0.ready.removeFirst() }
        room.signal()
        return try blob.get()
    }

    /// Nobody asks any more.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        room.signal()
    }
}
