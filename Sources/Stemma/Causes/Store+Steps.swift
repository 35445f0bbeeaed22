import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension Store {
    /// Most variables have one function, which the first few records name; then many are read together.
    private static let fewCalls = 64

    /// Which functions of these names made records of a variable; of any variable when none is named.
    ///
    /// Looks until all are found, or at every record. One whose lineage cannot be read tells nothing.
    func functions(
        among names: Set<String>, thatMade variable: String?, in view: any ReadView
    ) throws -> Set<String> {
        var found: Set<String> = []
        var waiting: Set<Digest> = []
        var limit = Self.fewCalls
        func look() throws {
            try read { catalog in
                try readCalls(waiting, in: catalog) { _, record in
                    guard case .success(let record) = record, let name = record.function?.name,
                        names.contains(name)
                    else { return }
                    found.insert(name)
                }
            }
            waiting.removeAll(keepingCapacity: true)
            limit = Self.manyCalls
        }
        for name in try variable.map({ [$0] }) ?? view.variables().map(\.name) {
            do {
                try view.forEachRecord(of: name) { record in
                    if let lineage = record.lineage { waiting.insert(lineage) }
                    if waiting.count >= limit { try look() }
                    return found != names
                }
            } catch let error as StemmaError
                where [.unknownVariable, .invalidPage, .duplicateRecord].contains(error.code)
            {
                // No such variable, or what could be read of it has said what it can.
            }
        }
        if found != names { try look() }
        return found
    }
}
