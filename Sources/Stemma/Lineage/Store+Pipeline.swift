import StemmaLineage
import StemmaRecords

extension Store {
    /// Which variables of a view become which, through which functions.
    ///
    /// No payload is read; every lineage record that a record of the view names is, once. The memory needed is a digest
    /// and a number for each of these. Throws `.invalidPage` and `.duplicateRecord` for lines that are no records.
    public func pipeline(in view: (any ReadView)? = nil) throws -> Pipeline {
        let view = view ?? workTree
        var builder = PipelineBuilder()
        for variable in try view.variableNames {
            builder.add(variable: variable)
            try view.forEachPart(of: variable) { records in
                try withLineage { source in
                    for record in records {
                        if let lineage = record.lineage { try builder.look(at: lineage, source: source) }
                    }
                }
                for record in records { builder.add(record) }
                return true
            }
        }
        return builder.finish()
    }
}
