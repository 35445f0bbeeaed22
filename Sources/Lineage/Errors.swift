import StemmaBlobs

extension StemmaError.Code {
    /// A blob that should be a lineage record is none.
    public static let invalidLineage = Self("invalid-lineage")
}

extension StemmaError {
    package static func invalidLineage(_ what: String) -> StemmaError {
        StemmaError(.invalidLineage, "not a lineage record: \(what)")
    }
}
