import StemmaBlobs
import StemmaLineage
import Synchronization

/// A lineage record that was made by a call and not saved, with the blobs that it needs.
final class PendingLineage: Sendable {
    let digest: Digest
    let record: LineageRecord
    /// Whether the function has just run, and this is not the repetition of a call that was answered.
    let isFresh: Bool
    let blob: [UInt8]
    /// Function records.
    let functions: [[UInt8]]
    /// Constants too long to stand in the record.
    let constants: [[UInt8]]
    /// The same of inputs that were not saved either.
    private let unsaved: Mutex<[PendingLineage]>

    var inputs: [PendingLineage] { unsaved.withLock { $0 } }

    init(
        record: LineageRecord, isFresh: Bool, functions: [[UInt8]], constants: [[UInt8]],
        inputs: [PendingLineage]
    ) {
        self.record = record
        self.isFresh = isFresh
        blob = record.blob
        digest = Digest.of(blob)
        self.functions = functions
        self.constants = constants
        unsaved = Mutex(inputs)
    }

    deinit {
        var inputs = unsaved.withLock { inputs in
            defer { inputs = [] }
            return inputs
        }
        ChainRelease.release(&inputs)
    }
}
