import StemmaBlobs
import StemmaRecords

extension StemmaError.Code {
    /// A document is no JSON Schema of draft 2020-12; `fields` has the `pointer` to the part at fault.
    public static let invalidSchema = Self("invalid-schema")
    /// A reference of a schema leads to nothing in its document; `fields` has `pointer` and `reference`.
    public static let unresolvableReference = Self("unresolvable-reference")
    /// References of a schema lead back to where they started, for the same value; `fields` has `pointer`.
    public static let referenceLoop = Self("reference-loop")
}

extension StemmaError {
    static func invalidSchema(_ problem: String, at pointer: JSONPointer) -> StemmaError {
        StemmaError(
            .invalidSchema, "the schema is invalid\(place(pointer)): \(problem)",
            fields: ["pointer": pointer.description])
    }

    /// What the metaschema finds in a schema.
    static func invalidSchema(_ violation: SchemaViolation, of count: Int) -> StemmaError {
        let rest = count > 1 ? " (and \(count - 1) more)" : ""
        return invalidSchema(violation.message + rest, at: violation.pointer)
    }

    static func unresolvableReference(_ reference: String, at pointer: JSONPointer) -> StemmaError {
        StemmaError(
            .unresolvableReference,
            "the schema's reference '\(printable(reference))'\(place(pointer)) leads to nothing in the document",
            hint: "only local references are supported: put the schema that is meant into $defs",
            fields: ["pointer": pointer.description, "reference": reference])
    }

    static func referenceLoop(at pointer: JSONPointer) -> StemmaError {
        StemmaError(
            .referenceLoop,
            "the schema\(place(pointer)) leads back to itself for the same value, which would never end",
            hint: "let it go into a member or an element before it refers to itself",
            fields: ["pointer": pointer.description])
    }

    private static func place(_ pointer: JSONPointer) -> String {
        pointer.tokens.isEmpty ? "" : " at \(printable(pointer.description))"
    }
}
