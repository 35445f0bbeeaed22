import Stemma
import StemmaRecords

/// A violation of a schema in both forms of output.
enum ViolationText {
    /// The members of an object of the kind `violation`.
    ///
    /// - Parameters:
    ///   - record: `variable`, `keys` and `version` of the record.
    ///   - schema: the version that the payload was held against.
    static func members(_ violation: SchemaViolation, of record: JSONObject, schema: JSONValue) -> JSONObject
    {
        var members = record
        members["schema"] = schema
        members["pointer"] = .string(violation.pointer.description)
        members["rule"] = .string(violation.rule)
        members["keyword"] = .string(violation.schema.description)
        members["message"] = .string(violation.message)
        return members
    }

    /// All that an error says was wrong with one payload.
    static func members(of error: StemmaError) -> [JSONObject] {
        let violations = error.violations
        guard !violations.isEmpty else { return [] }
        var record: JSONObject = ["variable": .string(error.fields["variable"] ?? "")]
        for name in ["keys", "version"] {
            record[name] = error.fields[name].flatMap { try? JSONParser.parse($0) }
        }
        let schema = JSONValue.string(error.fields["schemaVersion"] ?? "")
        return violations.map { members($0, of: record, schema: schema) }
    }
}
