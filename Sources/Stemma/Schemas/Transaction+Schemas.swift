import StemmaBlobs
import StemmaEvolution
import StemmaRecords

extension Transaction {
    /// Gives a variable the schema of a version, and makes that the version that records are saved under, unless it has
    /// a newer one. A variable that is new is made.
    ///
    /// A document of the same version is replaced; records that stand are not looked at (`ReadView.checkSchema` does
    /// that), nor are their lines changed. Throws `.invalidSchema`, `.unresolvableReference` and `.referenceLoop` for a
    /// document that is no schema, `.invalidName` and `.namesCollide`.
    @discardableResult
    public func setSchema(
        _ document: JSONValue, version: SchemaVersion, of variable: String,
        options: SchemaOptions = SchemaOptions()
    ) throws -> SchemaResult {
        let known = try makeVariable(variable, format: .json)
        var settings = known.settings
        let previous = settings.schema
        if let validation = options.validation { settings.validation = validation }
        if let field = options.versionField { settings.versionField = field.tokens.isEmpty ? nil : field }
        if let asserts = options.assertsFormats { settings.assertsFormats = asserts }
        if let legacy = options.legacy { settings.legacy = legacy == .legacy ? nil : legacy }
        _ = try JSONSchema(document, assertsFormats: settings.assertsFormats)

        let file = try schemaFile(of: version, variable)
        guard case .schema(let spelled) = file.kind else {
            throw StemmaError.noSchema(variable, version, known: [])
        }
        let isKnown = try content(of: file) != nil
        if previous.map({ $0 < spelled }) ?? true { settings.schema = spelled }
        let changesDocument = try set(file, to: document.prettyPrinted)
        let changesSettings = try set(settings, of: variable)
        return SchemaResult(
            schema: VariableSchema(
                variable: variable, version: spelled, document: document,
                isCurrent: settings.schema == spelled),
            previous: previous, isReplaced: isKnown && changesDocument,
            isChanged: changesDocument || changesSettings)
    }

    /// The file of a version, in the spelling that it has.
    private func schemaFile(of version: SchemaVersion, _ variable: String) throws -> VariableFile {
        let kind = VariableFile.Kind.schema(version)
        let same = try variableFiles(of: variable).filter { $0.kind == kind }
        guard same.count <= 1 else { throw StemmaError.schemaTwice(same.map(\.path)) }
        return same.first ?? VariableFile(variable, kind)
    }

    /// The rules that payloads of a variable are held against; `nil` for one that has no schema.
    func rules(of variable: String) throws -> SchemaRules? {
        try schemas.rules(of: variable) {
            guard let known = try update.variable(variable), known.settings.hasSchemas else { return nil }
            return SchemaRules(
                variable, known.settings, in: store, files: try variableFiles(of: variable)
            ) { [unowned self] in try content(of: $0) }
        }
    }
}

extension Store {
    /// Gives a variable the schema of a version, in a transaction of its own; see `Transaction.setSchema`.
    @discardableResult
    public func setSchema(
        _ document: JSONValue, version: SchemaVersion, of variable: String,
        options: SchemaOptions = SchemaOptions()
    ) throws -> SchemaResult {
        try transaction {
            try $0.setSchema(document, version: version, of: variable, options: options)
        }
    }
}

extension Store {
    /// The same as the work tree has it now.
    func rules(of variable: String) throws -> SchemaRules? {
        try state.withLock {
            guard let known = try read({ try $0.variable(variable) }), known.settings.hasSchemas else {
                return nil
            }
            let found = try filesAsKnown(of: variable)
            return knownRules.rules(of: variable, known.settings, found) {
                let files = found.keys.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
                return SchemaRules(variable, known.settings, in: self, files: files) { [paths] in
                    try FileChange.content(of: $0, paths)
                }
            }
        }
    }
}

extension VariableSettings {
    /// Whether records of the variable are of a version other than none.
    var hasSchemas: Bool { schema != nil || versionField != nil }
}
