import Stemma
import StemmaRecords
import TestSupport
import Testing

/// A store with three trials in an old form, committed.
struct MigrationFixture {
    let fixture: StoreFixture
    let name = "Trial"

    var store: Store { fixture.store }
    var trial: Variable<JSONValue> { Variable(name) }

    init() throws {
        fixture = try StoreFixture()
        for subject in 1...3 { try save(["onset": .number(Double(subject)), "label": "go"], subject) }
        try commit("old form")
    }

    func keys(_ subject: Int) -> Keys { ["subject": .number(Double(subject)), "session": "A"] }

    func save(_ value: JSONValue, _ subject: Int) throws {
        try store.save(value, as: trial, at: keys(subject))
    }

    func commit(_ message: String) throws { _ = try store.commit(message) }

    func record(_ subject: Int, version: Version = [:]) throws -> Record {
        try store.workTree.record(at: Address(variable: name, keys: keys(subject), version: version))
    }

    func value(_ subject: Int) throws -> JSONValue {
        try JSONParser.parse(store.workTree.payload(of: record(subject)))
    }

    /// Git's id of what the store has at a commit.
    func tree(_ revision: String = "HEAD") throws -> String {
        try fixture.git("rev-parse", "\(revision):results")
    }

    @discardableResult
    func migrate(
        _ definitions: String..., to version: String, _ change: (inout MigrationOptions) -> Void = { _ in }
    )
        throws -> MigrationReport
    {
        var options = MigrationOptions()
        options.definitions = try definitions.map { try MigrationDefinition(JSONParser.parse($0)) }
        change(&options)
        return try store.migrate(name, to: SchemaVersion(version), options: options)
    }

    /// What `onset` was is `start`.
    static let first = """
        {"from": "0.0.1", "to": "0.1.0", "up": [{"op": "rename", "at": "/onset", "to": "start"}]}
        """
    /// The label is one of a list.
    static let second = """
        {"from": "0.1.0", "to": "0.2.0", "up": [{"op": "rename", "at": "/label", "to": "cue"}]}
        """
    /// Nothing tells the way back.
    static let oneWay = """
        {"from": "0.0.1", "to": "0.1.0",
         "up": [{"op": "map", "at": "/label", "values": {"go": "x", "stop": "x"}}]}
        """
}
