import Stemma

/// A view of another program's making: those records of another one that a condition holds for.
struct PartialView: ReadView {
    let base: any ReadView
    let isSeen: @Sendable (Record) -> Bool

    var store: Store { base.store }

    func variables() throws -> [VariableSummary] { try base.variables() }
    func versions(of variable: String) throws -> [Version] { try base.versions(of: variable) }
    func variants(of variable: String, keys: Keys) throws -> [Record] {
        try base.variants(of: variable, keys: keys).filter(isSeen)
    }
    func chunks(of variable: String, matching filter: Filter) throws -> [RecordChunk] {
        try base.chunks(of: variable, matching: filter)
    }
    func records(in chunk: RecordChunk) throws -> [Record] { try base.records(in: chunk).filter(isSeen) }
    func problems(of variable: String) throws -> [StemmaError] { try base.problems(of: variable) }
}
