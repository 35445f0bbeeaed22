import StemmaBlobs
import StemmaRecords

/// A JSON Schema of draft 2020-12, compiled once and used for many values, from any number of threads.
///
/// All of the draft but references to other documents: only the metaschema and its vocabularies, which schemas
/// refer to, are known without being in the document. `contentEncoding`, `contentMediaType` and `contentSchema` are
/// annotations, as the draft says, and `format` is one unless it is asked for.
package struct JSONSchema: Sendable {
    private let program: SchemaProgram

    /// Compiles a schema, after it was checked against the metaschema of the draft.
    ///
    /// - Parameter assertsFormats: whether a string that is not of its `format` is a violation. Unknown formats, and
    ///   `idn-hostname`, which needs the tables of IDNA, are accepted in any case.
    /// - Throws: `invalidSchema`, `unresolvableReference` and `referenceLoop`, each with the `pointer` to the place.
    package init(_ document: JSONValue, assertsFormats: Bool = false) throws {
        // Said first: the metaschema would find one thing or another in a schema of another draft.
        try SchemaDocuments.checkDialect(of: document, at: .root)
        let problems = try Self.metaschema.get().violations(in: document)
        if let first = problems.first { throw StemmaError.invalidSchema(first, of: problems.count) }
        program = try SchemaCompiler.compile(document, assertsFormats: assertsFormats)
    }

    /// Compiles a document that is known to be a schema.
    private init(unchecked document: JSONValue) throws {
        program = try SchemaCompiler.compile(document, assertsFormats: false)
    }

    private static let metaschema = Result<JSONSchema, any Error> {
        guard let document = try MetaschemaDocument.document(MetaschemaDocument.dialect) else {
            throw StemmaError.unresolvableReference(MetaschemaDocument.dialect, at: .root)
        }
        return try JSONSchema(unchecked: document)
    }

    /// Whether the value satisfies the schema; stops at the first violation.
    package func isValid(_ value: JSONValue) -> Bool {
        var evaluation = Evaluation(program, limit: 0)
        return evaluation.run(value)
    }

    /// Everything in a value that the schema does not allow, in the order of the document.
    ///
    /// Of an `anyOf` or `oneOf` of which no schema holds, the violations are those of the schema that was meant,
    /// where that can be told, and otherwise one that names the closest.
    ///
    /// - Parameter limit: after how many violations to stop. Which ones are found first is the same in every run,
    ///   but need not be those that stand first in the document.
    package func violations(in value: JSONValue, limit: Int = .max) -> [SchemaViolation] {
        guard limit > 0, !isValid(value) else { return [] }
        var evaluation = Evaluation(program, limit: limit)
        _ = evaluation.run(value)
        return evaluation.findings(in: value)
    }
}
