import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// The store as it is on disk now, committed or not.
public struct WorkTreeView: ReadView {
    /// The store that is read.
    public let store: Store

    /// Every variable, by name, with counts; reads no page that is as it was.
    public func variables() throws -> [VariableSummary] {
        try store.read { catalog in
            try catalog.variables().map { variable in
                let counts = try catalog.counts(of: variable)
                return VariableSummary(
                    name: variable.name, format: variable.settings.format, records: counts.records,
                    versions: try catalog.versions(of: variable).count, bytes: counts.bytes,
                    schema: variable.settings.schema)
            }
        }
    }

    /// The versions that records of a variable have, by their canonical form. Throws `.unknownVariable`.
    public func versions(of name: String) throws -> [Version] {
        try store.read { try $0.versions(of: known(name, $0)) }
    }

    /// The records of exactly these keys, sorted. Throws `.unknownVariable`, `.duplicateRecord` and what keys are
    /// refused for.
    public func variants(of name: String, keys: Keys) throws -> [Record] {
        try store.settings.keys.check(keys)
        return try store.read { try $0.records(of: known(name, $0), keys: keys) }
    }

    /// Parts of a variable that are read one at a time, in order. Throws `.unknownVariable`.
    public func chunks(of name: String, matching filter: Filter) throws -> [RecordChunk] {
        try store.settings.keys.check(filter.keys)
        // Looks at the work tree first; the reader begins after that.
        let reader = try store.read { _ in try store.catalog.independentReader() }
        return try read(reader) { catalog in
            let variable = try known(name, catalog)
            let path = filter.partitionPath(variable.settings.partition)
            return try catalog.partitions(of: variable, path: path).flatMap { partition in
                try catalog.ranges(of: partition, limit: RecordChunk.sortedLimit).map {
                    RecordChunk(
                        variable: name,
                        place: .catalog(partition: partition.id, low: $0.low, high: $0.high, reader: reader))
                }
            }
        }
    }

    /// The records of one part, sorted; none for a part of a commit.
    public func records(in chunk: RecordChunk) throws -> [Record] {
        guard case .catalog(let partition, let low, let high, let reader) = chunk.place else { return [] }
        return try read(reader) { catalog in
            var records: [Record] = []
            try catalog.lines(partition: partition, low: low, high: high) { line in
                records.append(try Record(line: line, variable: chunk.variable))
                return true
            }
            return records
        }
    }

    private func read<T>(_ reader: CatalogReader?, _ body: (CatalogView) throws -> T) throws -> T {
        if let reader { return try reader.read(body) }
        return try store.readAsKnown(body)
    }

    /// Lines of the variable that are no records, then one identity on two lines. Throws `.unknownVariable`.
    public func problems(of name: String) throws -> [StemmaError] {
        try store.read { catalog in
            let variable = try known(name, catalog)
            return try catalog.problems(of: variable) + catalog.duplicates(in: variable)
        }
    }

    /// The same as `record(at:)` for one of many addresses: where there is none, the nearest are not sought, which takes
    /// reading all.
    func record(ofMany address: Address) throws -> Record {
        if let record = try match(address) { return record }
        let other = try store.read { try $0.anyRecord(of: known(address.variable, $0)) }
        let lacking = other?.keys.names.filter { address.keys[$0] == nil } ?? []
        throw StemmaError.notFound(address, lacking: lacking, store.settings.keys)
    }

    /// The variable of that name. Throws `.unknownVariable`.
    func known(_ name: String, _ catalog: CatalogView) throws -> CatalogView.Variable {
        guard let variable = try catalog.variable(name) else {
            throw StemmaError.unknownVariable(name, among: try catalog.variables().map(\.name))
        }
        return variable
    }
}

extension Store {
    /// The store as it is on disk now.
    public var workTree: WorkTreeView { WorkTreeView(store: self) }
}
