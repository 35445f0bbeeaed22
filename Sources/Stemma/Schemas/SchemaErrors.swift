import StemmaBlobs
import StemmaEvolution
import StemmaRecords

extension StemmaError.Code {
    /// A payload is not what its schema allows; `StemmaError.violations` has all that is wrong, `fields` the record's
    /// `address`, the same as `variable`, `keys` and `version`, and the `schemaVersion`.
    public static let schemaViolation = Self("schema-violation")
    /// The version that a Swift type or a payload states is not the one that is due; `fields` has `variable`,
    /// `schemaVersion` and `expected`.
    public static let schemaVersionMismatch = Self("schema-version-mismatch")
    /// A variable has no schema of that version, or none at all; `fields` has `variable`.
    public static let noSchema = Self("no-schema")
}

extension StemmaError {
    static func schemaViolation(
        _ record: Record, _ address: String, _ version: SchemaVersion, _ violations: [SchemaViolation]
    ) -> StemmaError {
        let shown = violations.prefix(3).map { printable($0.description) }.joined(separator: "; ")
        let rest = violations.count > 3 ? "; and \(violations.count - 3) more" : ""
        return StemmaError(
            .schemaViolation, "\(address) is not what the schema \(version) allows: \(shown)\(rest)",
            hint: "mend the value, or the schema: `Store.setSchema`",
            fields: [
                "address": address, "schemaVersion": version.description, "variable": record.variable,
                "keys": String(decoding: record.keys.canonical, as: UTF8.self),
                "version": String(decoding: record.version.canonical, as: UTF8.self),
                violationsField: String(
                    decoding: JSONValue.array(violations.map(\.json)).printed, as: UTF8.self),
            ])
    }

    /// The field that has the violations, as JSON.
    public static let violationsField = "violations"

    /// All that is wrong with a payload, where that is what the error is about.
    public var violations: [SchemaViolation] {
        guard code == .schemaViolation, let text = fields[Self.violationsField],
            case .array(let list)? = try? JSONParser.parse(text)
        else { return [] }
        return list.compactMap(SchemaViolation.init(json:))
    }

    static func unknownSchemaVersion(
        _ version: SchemaVersion, of variable: String, known: [SchemaVersion]
    ) -> StemmaError {
        let list = known.map(\.description).joined(separator: ", ")
        return StemmaError(
            .unknownSchemaVersion, "\(variable) has no schema version \(version)",
            hint: "it has: \(list)",
            fields: ["variable": variable, "schemaVersion": version.description, "versions": list])
    }

    static func schemaVersionMismatch(
        _ type: StatedType, _ variable: String, current: SchemaVersion
    ) -> StemmaError {
        StemmaError(
            .schemaVersionMismatch,
            "\(type.name) states the schema version \(type.version); \(variable) is at \(current)",
            hint: type.version < current
                ? "bring the type up to \(current)"
                : "set the schema of \(type.version) first: `Store.setSchema`",
            fields: [
                "variable": variable, "schemaVersion": type.version.description,
                "expected": current.description,
            ])
    }

    static func schemaVersionMismatch(
        _ address: String, field: JSONPointer, _ named: SchemaVersion, isNamed: Bool,
        expected: SchemaVersion, _ variable: String
    ) -> StemmaError {
        let said =
            isNamed
            ? "names the schema version \(named) at \(field)"
            : "names no schema version at \(field), which stands for \(named)"
        return StemmaError(
            .schemaVersionMismatch, "\(address) \(said), but its type states \(expected)",
            fields: [
                "variable": variable, "schemaVersion": named.description, "expected": expected.description,
                "pointer": field.description,
            ])
    }

    /// The same error, with the place in the payload that named the version.
    func naming(_ address: String, at field: JSONPointer) -> StemmaError {
        StemmaError(
            code, "\(address): the payload's \(field): \(message)", hint: hint,
            fields: fields.merging(["address": address, "pointer": field.description]) { $1 })
    }

    static func noVersion(_ value: JSONValue) -> StemmaError {
        let text = printable(String(decoding: value.printed.prefix(80), as: UTF8.self))
        return StemmaError(
            .invalidSchemaVersion, "\(text) is not a schema version",
            hint: #"a string of numbers with dots between them, such as "0.2.0""#,
            fields: ["schemaVersion": text])
    }

    static func noSchema(_ variable: String, _ version: SchemaVersion?, known: [SchemaVersion]) -> StemmaError
    {
        StemmaError(
            .noSchema, "\(variable) has no schema\(version.map { " of the version \($0)" } ?? "")",
            hint: known.isEmpty
                ? "set one: `Store.setSchema`"
                : "it has: \(known.map(\.description).joined(separator: ", "))",
            fields: ["variable": variable])
    }

    static func schemaTwice(_ paths: [String]) -> StemmaError {
        StemmaError(
            .invalidSettings, "\(paths.joined(separator: " and ")) are of one version",
            hint: "remove one of them", fields: ["path": paths[0]])
    }
}

extension SchemaViolation {
    /// The members that programs get.
    public var json: JSONValue {
        [
            "message": .string(message), "pointer": .string(pointer.description), "rule": .string(rule),
            "schema": .string(schema.description),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let pointer = json["pointer"]?.asString.flatMap({ try? JSONPointer($0) }),
            let schema = json["schema"]?.asString.flatMap({ try? JSONPointer($0) }),
            let rule = json["rule"]?.asString, let message = json["message"]?.asString
        else { return nil }
        self.init(pointer: pointer, rule: rule, schema: schema, message: message)
    }
}
