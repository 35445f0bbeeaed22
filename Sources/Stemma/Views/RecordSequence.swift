import StemmaRecords

/// The records of a variable, read part by part as they are asked for.
///
/// All of it is of the moment at which the first record was asked for, whatever is saved or removed meanwhile.
public struct RecordSequence: AsyncSequence, Sendable {
    /// What the sequence is of.
    public typealias Element = Record

    let view: any ReadView
    let variable: String
    let filter: Filter

    /// An iterator that reads nothing before its first record is asked for.
    public func makeAsyncIterator() -> Iterator { Iterator(sequence: self) }

    /// Reads the records of a sequence part by part.
    public struct Iterator: AsyncIteratorProtocol {
        private let sequence: RecordSequence
        private var chunks: [RecordChunk]?
        private var next = 0
        private var records: ArraySlice<Record> = []
        private var isFinished = false

        fileprivate init(sequence: RecordSequence) { self.sequence = sequence }

        /// The next record; throws as `forEachRecord` does.
        public mutating func next() async throws -> Record? {
            while !isFinished {
                if let record = records.popFirst() { return record }
                try Task.checkCancellation()
                let chunks =
                    try self.chunks ?? sequence.view.chunks(of: sequence.variable, matching: sequence.filter)
                self.chunks = chunks
                guard next < chunks.count else {
                    isFinished = true
                    if let problem = try sequence.view.problems(of: sequence.variable).first { throw problem }
                    return nil
                }
                records = try sequence.view.records(in: chunks[next]).filter(sequence.filter.matches)[...]
                next += 1
            }
            return nil
        }
    }
}
