import StemmaBlobs
import StemmaRecords

extension StemmaError.Code {
    /// A document is no definition of a migration; `fields` has the `pointer` to the part at fault.
    public static let invalidMigration = Self("invalid-migration")
    /// Two different migrations lead from one version to the same other one; `fields` has both digests.
    public static let migrationConflict = Self("migration-conflict")
    /// No schema and no migration knows a schema version; `fields` has `schemaVersion`, `versions`, those there are, and
    /// `variable` where it is known of which one.
    public static let unknownSchemaVersion = Self("unknown-schema-version")
    /// Data has a schema version that is later than every one that is known; `fields` as for `unknownSchemaVersion`.
    public static let newerSchema = Self("newer-schema")
    /// No migrations lead from one version to another; `fields` has `from`, `to` and `versions`.
    public static let noMigrationPath = Self("no-migration-path")
    /// A migration on the way back cannot be undone; `fields` has its `step`, `digest` and `reason`.
    public static let migrationHasNoDown = Self("migration-has-no-down")
    /// A closure that a migration is made of is not registered; `fields` has its `name` and the `step`.
    public static let migrationNotRegistered = Self("migration-not-registered")
    /// A step is a program, which takes no single values; `fields` has the `step`.
    public static let migrationNeedsProgram = Self("migration-needs-program")
    /// A value cannot be migrated; `fields` has `step`, `from`, `to`, `pointer`, `reason`, and `operation` or `rule`.
    public static let migrationFailed = Self("migration-failed")
}

// MARK: - Definitions and paths

extension StemmaError {
    static func invalidMigration(
        _ problem: String, at pointer: JSONPointer, hint: String? = nil
    ) -> StemmaError {
        let place = pointer.tokens.isEmpty ? "" : " at \(printable(pointer.description))"
        return StemmaError(
            .invalidMigration, "the migration is invalid\(place): \(problem)", hint: hint,
            fields: ["pointer": pointer.description])
    }

    static func migrationConflict(_ new: MigrationDefinition, _ old: MigrationDefinition) -> StemmaError {
        StemmaError(
            .migrationConflict,
            "there is another migration from \(old.from) to \(old.to): \(old.digest), and not \(new.digest)",
            hint:
                "give it another version, or take the other one back first: `Store.revert` of the commit that brought it takes records down, too, that stayed at \(old.to)",
            fields: [
                "from": old.from.description, "to": old.to.description, "known": old.digest.hex,
                "digest": new.digest.hex,
            ])
    }

    static func unknownSchemaVersion(_ version: SchemaVersion, _ known: [SchemaVersion]) -> StemmaError {
        StemmaError(
            .unknownSchemaVersion, "no schema and no migration has the schema version \(version)",
            hint: there(known),
            fields: ["schemaVersion": version.description, "versions": list(known)])
    }

    static func newerSchema(_ version: SchemaVersion, _ known: [SchemaVersion]) -> StemmaError {
        StemmaError(
            .newerSchema, "the schema version \(version) is later than every one that is known here",
            hint:
                "it was written by a later program, or came with a merge: bring its migrations along, or give them: `MigrationOptions.definitions`; \(there(known))",
            fields: ["schemaVersion": version.description, "versions": list(known)])
    }

    static func noMigrationPath(
        _ from: SchemaVersion, _ to: SchemaVersion, _ known: [SchemaVersion]
    ) -> StemmaError {
        StemmaError(
            .noMigrationPath, "no migrations lead from \(from) to \(to)", hint: there(known),
            fields: ["from": from.description, "to": to.description, "versions": list(known)])
    }

    static func migrationHasNoDown(
        _ definition: MigrationDefinition, _ from: SchemaVersion, _ to: SchemaVersion
    ) -> StemmaError {
        let step = MigrationStep(definition, isDown: true)
        let reason = definition.obstacle?.description ?? "it has no way back"
        return StemmaError(
            .migrationHasNoDown, "the migration back from \(step.from) to \(step.to) is lacking: \(reason)",
            hint: "write its 'down' into the definition",
            fields: [
                "from": from.description, "to": to.description, "step": step.description,
                "digest": definition.digest.hex, "reason": reason,
            ])
    }

    static func migrationNotRegistered(_ name: String, _ step: MigrationStep) -> StemmaError {
        StemmaError(
            .migrationNotRegistered,
            "the migration \(step) is made by the closure '\(printable(name))', which is not registered here",
            hint: "only the program that has it can go this way",
            fields: ["name": name, "step": step.description])
    }

    package static func migrationNeedsProgram(_ step: MigrationStep) -> StemmaError {
        StemmaError(
            .migrationNeedsProgram,
            "the migration \(step) is made by a program, which takes no single values",
            fields: ["step": step.description])
    }

    private static func there(_ versions: [SchemaVersion]) -> String {
        versions.isEmpty ? "there are no versions" : "there are: \(list(versions))"
    }

    private static func list(_ versions: [SchemaVersion]) -> String {
        versions.map(\.description).joined(separator: ", ")
    }
}

// MARK: - Values

extension StemmaError {
    /// An operation, a mark or a closure that fails on a value.
    static func migrationFailed(
        _ step: MigrationStep, _ failure: OperationFailure, operation: JSONPointer? = nil
    ) -> StemmaError {
        var fields = fields(step, failure.pointer, failure.reason)
        fields["operation"] = operation?.description
        let operation = operation.map { " (operation \(printable($0.description)))" } ?? ""
        return StemmaError(
            .migrationFailed, "\(step): \(place(failure.pointer)) \(failure.reason)\(operation)",
            fields: fields)
    }

    /// A value that a schema does not allow, before or after a step.
    static func migrationFailed(
        _ step: MigrationStep, _ violations: [SchemaViolation], isBefore: Bool
    ) -> StemmaError {
        let version = isBefore ? step.from : step.to
        let first = violations.first
        let more = violations.count > 1 ? " (and \(violations.count - 1) more)" : ""
        var fields = fields(step, first?.pointer ?? .root, first?.message ?? "it is not valid")
        fields["rule"] = first?.rule
        fields["schemaVersion"] = version.description
        fields["violations"] = String(violations.count)
        return StemmaError(
            .migrationFailed,
            "\(step): \(isBefore ? "before" : "after") the step it is not valid under \(version): "
                + "\(first?.description ?? "")\(more)", fields: fields)
    }

    private static func fields(
        _ step: MigrationStep, _ pointer: JSONPointer, _ reason: String
    ) -> [String: String] {
        [
            "step": step.description, "from": step.from.description, "to": step.to.description,
            "pointer": pointer.description, "reason": reason,
        ]
    }

    private static func place(_ pointer: JSONPointer) -> String {
        pointer.tokens.isEmpty ? "the value" : printable(pointer.description)
    }
}
