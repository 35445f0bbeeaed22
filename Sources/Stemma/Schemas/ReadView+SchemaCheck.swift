import StemmaBlobs
import StemmaEvolution
import StemmaRecords

/// What holding records against their schemas has found.
public struct SchemaCheck: Hashable, Sendable {
    /// How many records were looked at.
    public internal(set) var records = 0
    /// How many of them their schema does not allow.
    public internal(set) var invalid = 0
    /// How many violations there are in them.
    public internal(set) var violations = 0
    /// How many are of a version that the variable has no schema of.
    public internal(set) var unchecked = 0

    /// Whether every record that has a schema is as that says.
    public var holds: Bool { invalid == 0 }
}

extension ReadView {
    /// Holds the records of a variable against a schema, and hands over every violation. Reads their payloads, one
    /// after another.
    ///
    /// - Parameters:
    ///   - version: the version whose schema counts, whatever the records say; without one, each is held against that
    ///     of its own version.
    ///   - isWanted: which of the records that match are looked at.
    ///   - progress: told now and then how many records are done.
    /// Throws `.noSchema` where the variable has no schema of the version, or none at all; `.unknownVariable`,
    /// `.objectMissing` and `.corrupt`.
    @discardableResult
    public func checkSchema(
        of variable: String, version: SchemaVersion? = nil, matching filter: Filter = Filter(),
        where isWanted: (Record) throws -> Bool = { _ in true }, progress: (Int) -> Void = { _ in },
        _ body: (Record, SchemaVersion, SchemaViolation) throws -> Void
    ) throws -> SchemaCheck {
        guard let view = self as? any PagedView else {
            throw StemmaError.noSchema(variable, version, known: [])
        }
        let rules = try view.rules(of: variable)
        let known = try view.schemaFiles(of: variable).map(\.version)
        // In the spelling that the variable has it in.
        let wanted = version.flatMap { version in known.first { $0 == version } }
        guard !known.isEmpty, version == nil || wanted != nil else {
            throw StemmaError.noSchema(variable, version, known: known)
        }
        var check = SchemaCheck()
        try forEachDocument(of: variable, matching: filter, where: isWanted) { record, payload in
            defer { progress(check.records) }
            check.records += 1
            guard let version = wanted ?? rules.settings.version(of: record), known.contains(version) else {
                check.unchecked += 1
                return
            }
            let found = try rules.violations(version, format: record.format) {
                try payload.map { try $0.withUnsafeBytes { try JSONParser.parse($0) } }
            }
            guard !found.isEmpty else { return }
            check.invalid += 1
            check.violations += found.count
            for violation in found { try body(record, version, violation) }
        }
        return check
    }
}
