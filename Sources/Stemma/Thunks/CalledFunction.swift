import StemmaBlobs
import StemmaLineage
import Synchronization

/// What every call of a thunk needs of its function, made once.
final class CalledFunction: Sendable {
    let record: FunctionRecord
    /// The function record's bytes.
    let blob: [UInt8]
    /// The digest of these bytes.
    let identity: Digest
    /// What lineage calls the parameters: their names, where invocations use their labels.
    let parameterNames: [String]
    /// What the function may use and its identity does not cover.
    let untracked: [LineageRecord.Package]
    /// What is wrong with the names of the parameters; told at the call, which can throw.
    let problem: String?
    /// The function under other names of it, as far as they were asked for.
    private let renamed = Mutex<[String: CalledFunction]>([:])

    init(
        _ record: FunctionRecord, parameterNames: [String], untracked: [LineageRecord.Package] = [],
        problem: String? = nil
    ) {
        self.record = record
        self.parameterNames = parameterNames
        self.untracked = untracked
        self.problem = problem
        blob = record.blob
        identity = Digest.of(blob)
    }

    /// The same function under another name of it.
    func called(_ name: String) -> CalledFunction {
        renamed.withLock { known in
            if let function = known[name] { return function }
            let function = CalledFunction(
                record.named(name), parameterNames: parameterNames, untracked: untracked, problem: problem)
            known[name] = function
            return function
        }
    }
}
