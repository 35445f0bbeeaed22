import Stemma
import TestSupport

/// A study of three steps, whose results do not say what the steps before them were made with.
final class BackfillFixture {
    let fixture: StoreFixture
    var store: Store { fixture.store }

    static let raw = Variable<Double>("Raw")
    static let filtered = Variable<Double>("Filtered")
    static let power = Variable<Double>("Power")
    static let score = Variable<Double>("Score")

    static let bandpass = Thunk<Double, Double, String, Double>(
        "butter_bandpass", version: "1", parameters: ["signal", "low", "kind"]
    ) { signal, low, _ in signal + low }
    static let squared = Thunk<Double, Double>("squared", version: "1", parameters: ["signal"]) { $0 * $0 }
    static let rate = Thunk<Double, Double, Double>("rate", version: "1", parameters: ["power", "limit"]) {
        $0 / $1
    }

    init(_ subjects: ClosedRange<Int> = 1...3) throws {
        fixture = try StoreFixture(keys: [KeyDeclaration("subject", .integer)])
        for subject in subjects {
            try store.save(Double(subject), as: Self.raw, at: Self.keys(subject))
        }
        try run(subjects)
        try commit()
    }

    static func keys(_ subject: Int) -> Keys { ["subject": .integer(subject)] }

    /// All steps, saved with no version at all. Gives how many calls the store did not answer.
    @discardableResult
    func run(_ subjects: ClosedRange<Int> = 1...3, low: Double = 20) throws -> Int {
        var misses = 0
        for subject in subjects {
            let keys = Self.keys(subject)
            let filtered = try store.call(Self.bandpass, store.load(Self.raw, at: keys), low, "zero-phase")
            try store.save(filtered, as: Self.filtered, at: keys)
            let power = try store.call(Self.squared, store.load(Self.filtered, at: keys))
            try store.save(power, as: Self.power, at: keys)
            let score = try store.call(Self.rate, store.load(Self.power, at: keys), 100)
            try store.save(score, as: Self.score, at: keys)
            misses += [filtered, power, score].count { !$0.isFromStore }
        }
        return misses
    }

    func commit() throws { _ = try store.commit("state") }

    /// `{"low":20}` for each record of a variable, in order.
    func versions(_ variable: String, in view: (any ReadView)? = nil) throws -> [String] {
        var found: [String] = []
        try (view ?? store.workTree).forEachRecord(of: variable) { record in
            found.append("\(record.version.json)")
            return true
        }
        return found
    }

    func head() throws -> String { try fixture.git("rev-parse", "HEAD") }

    func trailers() throws -> String { try fixture.git("log", "-1", "--format=%(trailers)") }

    /// What differs between HEAD's parent and HEAD: status and fields of each record, and the causes.
    func lastDifference() throws -> (changes: [String], causes: [String]) {
        let (before, after) = (try store.snapshot("HEAD~1"), try store.snapshot("HEAD"))
        let difference = try store.difference(from: before, to: after)
        let explanation = try store.explanation(of: difference, from: before, to: after)
        return (
            difference.changes.map { "\($0.status.rawValue) \($0.fields.joined(separator: ","))" },
            explanation.causes.map(CauseFixture.text)
                + explanation.unexplained.map { "\($0.reason.rawValue): \($0.count)" }
        )
    }
}

extension BackfillRules {
    init(_ entry: String, _ function: String, _ extract: String) {
        self.init([entry: [BackfillRule(function, extract: extract)]])
    }
}
