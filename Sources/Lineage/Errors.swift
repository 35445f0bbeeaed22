import StemmaBlobs
import StemmaRecords

extension StemmaError.Code {
    /// A blob that should be a lineage record is none.
    public static let invalidLineage = Self("invalid-lineage")
}

extension StemmaError {
    /// Whether what is stored is damaged or not there, and not a failure of the machine that may pass.
    package var isDamageOrAbsence: Bool {
        [.corrupt, .objectMissing, .invalidLineage, .malformedJSON].contains(code)
    }

    /// Runs what reads a blob of ours: whatever is wrong with its content, it is no such blob.
    static func readingLineage<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError where error.code != .invalidLineage {
            throw invalidLineage(error.message)
        }
    }

    package static func invalidLineage(_ what: String) -> StemmaError {
        StemmaError(.invalidLineage, "not a lineage record: \(what)")
    }
}
