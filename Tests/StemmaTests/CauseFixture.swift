import StemmaBlobs
import StemmaLineage
import StemmaRecords
import TestSupport

@testable import Stemma

/// A store whose HEAD and work tree are explained.
final class CauseFixture {
    let fixture: StoreFixture
    var store: Store { fixture.store }

    init() throws { fixture = try StoreFixture(keys: [KeyDeclaration("subject", .integer)]) }

    static let measured = Variable<Double>("Measured")
    static let scaled = Variable<Double>("Scaled")
    static let score = Variable<Double>("Score")

    static func keys(_ subject: Int) -> Keys { ["subject": .integer(subject)] }

    func commit() throws { _ = try store.commit("state") }

    func explain() throws -> Explanation {
        let (before, after) = (try store.head(), store.workTree)
        return try store.explanation(
            of: store.difference(from: before, to: after), from: before, to: after)
    }

    /// `constant scale.factor 2 -> 3: 1 + 1`
    func causes() throws -> [String] {
        let explanation = try explain()
        return explanation.causes.map(Self.text)
            + explanation.unexplained.map { "\($0.reason.rawValue): \($0.count)" }
    }

    static func text(_ cause: Cause) -> String {
        let subject = [cause.function, cause.source.map(place) ?? cause.name].compactMap(\.self)
        func shown(_ value: Cause.Value?) -> String { value.map { "\($0.json)" } ?? "none" }
        let isTold = cause.from != nil || cause.to != nil
        let transition = isTold ? " \(shown(cause.from)) -> \(shown(cause.to))" : ""
        let status = cause.status.map { " \($0.rawValue)" } ?? ""
        let name = subject.joined(separator: ".")
        return "\(cause.kind.rawValue)\(name.isEmpty ? "" : " ")\(name)\(transition)\(status): "
            + "\(cause.direct) + \(cause.downstream)"
    }

    /// `Scaled subject=1`
    static func place(_ address: Address) -> String {
        [address.variable, "\(address.keys)", "\(address.version)"].filter { !$0.isEmpty }.joined(
            separator: " ")
    }

    // MARK: A study of two steps

    static func scale(_ version: String = "1") -> Thunk<Double, Double, Double> {
        Thunk("scale", version: version, parameters: ["value", "factor"]) { $0 * $1 }
    }

    static let assess = Thunk<Double, Double, Double>("assess", version: "1", parameters: ["value", "limit"])
    { $0 / $1 }

    func measure(_ value: Double, _ subject: Int = 1) throws {
        try store.save(value, as: Self.measured, at: Self.keys(subject))
    }

    /// Scales what was measured, saves it under a version, and assesses it.
    func run(
        _ subject: Int = 1, factor: Double = 2, limit: Double = 10, function: String = "1",
        version: Version = [:]
    ) throws {
        let keys = Self.keys(subject)
        let value = try store.load(Self.measured, at: keys)
        let scaled = try store.call(Self.scale(function), value, factor)
        try store.save(scaled, as: Self.scaled, at: keys, version: version)
        try store.save(store.call(Self.assess, scaled, limit), as: Self.score, at: keys)
    }

    /// The study at some subjects, committed.
    func begin(_ subjects: ClosedRange<Int> = 1...2, version: Version = [:]) throws {
        for subject in subjects {
            try measure(Double(subject), subject)
            try run(subject, version: version)
        }
        try commit()
    }

    // MARK: What only other programs write

    func record(_ variable: String, _ subject: Int = 1) throws -> Record {
        try store.workTree.record(at: Address(variable: variable, keys: Self.keys(subject)))
    }

    func remove(_ variable: String, _ subject: Int = 1, version: Version = [:]) throws {
        let address = Address(variable: variable, keys: Self.keys(subject), version: version)
        _ = try store.transaction { try $0.remove(address) }
    }

    func put(_ record: Record) throws { try store.transaction { _ = try $0.put(record) } }

    /// Puts a lineage record into the store.
    func put(_ lineage: LineageRecord) throws -> Digest {
        try store.transaction { try $0.put(lineage.blob, kind: .lineage) }
    }
}
