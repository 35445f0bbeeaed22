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

    /// All steps, saved with no version but where one is said. Gives how many calls the store did not answer.
    @discardableResult
    func run(
        _ subjects: ClosedRange<Int> = 1...3, saving versions: [String: Version] = [:], low: Double = 20
    ) throws -> Int {
        var misses = 0
        func load(_ variable: Variable<Double>, _ keys: Keys) throws -> Traced<Double> {
            try store.load(variable, at: keys, version: versions[variable.name] ?? [:])
        }
        func save(_ value: Traced<Double>, _ variable: Variable<Double>, _ keys: Keys) throws {
            try store.save(value, as: variable, at: keys, version: versions[variable.name] ?? [:])
            if !value.isFromStore { misses += 1 }
        }
        for subject in subjects {
            let keys = Self.keys(subject)
            try save(
                store.call(Self.bandpass, load(Self.raw, keys), low, "zero-phase"), Self.filtered, keys)
            try save(store.call(Self.squared, load(Self.filtered, keys)), Self.power, keys)
            try save(store.call(Self.rate, load(Self.power, keys), 100), Self.score, keys)
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

    func record(_ variable: String, _ subject: Int = 1) throws -> Record {
        try store.workTree.record(at: Address(variable: variable, keys: Self.keys(subject)))
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
