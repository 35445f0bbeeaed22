import StemmaLineage
import StemmaRecords

extension Store {
    /// Which variables of a view become which, through which functions.
    ///
    /// No payload is read; every lineage record that a record of the view names is, once. The memory needed is a digest
    /// and a number for each of these.
    public func pipeline(in view: (any ReadView)? = nil) throws -> Pipeline {
        let view = view ?? workTree
        var builder = PipelineBuilder()
        for variable in try view.variables() {
            builder.add(variable: variable.name)
            for chunk in try view.chunks(of: variable.name, matching: Filter()) {
                let records = try view.records(in: chunk)
                try withLineage { source in
                    for record in records {
                        if let lineage = record.lineage { try builder.look(at: lineage, source: source) }
                    }
                }
                for record in records { builder.add(record) }
            }
        }
        return builder.finish()
    }
}
