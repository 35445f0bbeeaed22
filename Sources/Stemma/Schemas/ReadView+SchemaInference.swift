import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// A schema made from what is stored.
public struct InferredSchema: Hashable, Sendable {
    /// A document that all payloads satisfy which were looked at.
    public let document: JSONValue
    /// How many payloads these are.
    public let records: Int
    /// How many records were passed over because their payloads are not JSON.
    public let skipped: Int
}

extension ReadView {
    /// Makes a JSON Schema that the stored JSON payloads of a variable satisfy, in constant memory.
    ///
    /// It says types, members and which of them are never absent, and elements, and nothing that only happens to be so:
    /// no enumerations, limits or formats. The same records give the same schema.
    /// - Parameters:
    ///   - isWanted: which of the records that match are looked at.
    ///   - progress: told now and then how many records are done.
    /// Throws `.nothingToInfer` where no payload is JSON, `.unknownVariable`, `.objectMissing` and `.corrupt`.
    public func inferSchema(
        of variable: String, matching filter: Filter = Filter(),
        where isWanted: (Record) throws -> Bool = { _ in true }, progress: (Int) -> Void = { _ in }
    ) throws -> InferredSchema {
        var inference = SchemaInference()
        var (records, skipped) = (0, 0)
        try forEachDocument(of: variable, matching: filter, where: isWanted) { _, payload in
            guard let payload else {
                skipped += 1
                return
            }
            inference.add(try payload.withUnsafeBytes { try JSONParser.parse($0) })
            records += 1
            progress(records)
        }
        guard records > 0 else { throw StemmaError.nothingToInfer(variable, skipped: skipped) }
        return InferredSchema(document: inference.document, records: records, skipped: skipped)
    }
}

extension StemmaError.Code {
    /// No payload is JSON from which a schema could be made; `fields` has `variable`.
    public static let nothingToInfer = Self("nothing-to-infer")
}

extension StemmaError {
    static func nothingToInfer(_ variable: String, skipped: Int) -> StemmaError {
        StemmaError(
            .nothingToInfer,
            skipped == 0
                ? "there is no record of \(variable) to make a schema from"
                : "no payload of \(variable) is JSON: schemas are of JSON documents",
            fields: ["variable": variable])
    }
}
