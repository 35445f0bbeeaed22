import StemmaBlobs
import StemmaRecords

extension ReadView {
    /// The schemas of a variable, oldest first; none for a view of a program's own making.
    ///
    /// Throws `.unknownVariable`, and `.invalidSettings` for a file that is no JSON.
    public func schemas(of variable: String) throws -> [VariableSchema] {
        guard let view = self as? any PagedView else { return [] }
        let current = try view.settings(of: variable).schema
        return try view.schemaFiles(of: variable).map { version, file in
            VariableSchema(
                variable: variable, version: version, document: try view.document(file),
                isCurrent: version == current)
        }
    }

    /// The schema of a version; without one that under which records are saved.
    ///
    /// Throws `.noSchema`, and what `schemas` throws.
    public func schema(of variable: String, version: SchemaVersion? = nil) throws -> VariableSchema {
        let all = try schemas(of: variable)
        if let version {
            if let found = all.first(where: { $0.version == version }) { return found }
        } else if let found = all.first(where: \.isCurrent) {
            return found
        }
        let current = try (self as? any PagedView)?.settings(of: variable).schema
        throw StemmaError.noSchema(variable, version ?? current, known: all.map(\.version))
    }
}

extension PagedView {
    /// The files of schemas, oldest first. Throws `.unknownVariable`.
    func schemaFiles(of variable: String) throws -> [(version: SchemaVersion, file: VariableFile)] {
        try variableFiles(of: variable).compactMap { file in
            if case .schema(let version) = file.kind { (version, file) } else { nil }
        }.sorted { $0.version < $1.version }
    }

    /// A file that is JSON. Throws `.invalidSettings` for one that is not.
    func document(_ file: VariableFile) throws -> JSONValue {
        guard let bytes = try content(of: file) else {
            throw StemmaError.workTreeChanged(file.path)
        }
        do {
            return try bytes.withUnsafeBytes { try JSONParser.parse($0) }
        } catch let error as StemmaError {
            throw StemmaError.invalidSettings(file.path, error.message)
        }
    }

    /// The rules that records of a variable are held against. Throws `.unknownVariable`.
    func rules(of variable: String) throws -> SchemaRules {
        SchemaRules(
            variable, try settings(of: variable), in: store, files: try variableFiles(of: variable)
        ) { try content(of: $0) }
    }
}
