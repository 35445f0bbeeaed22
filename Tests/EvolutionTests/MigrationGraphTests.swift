import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import TestSupport
import Testing

@Suite("Paths of migrations")
struct MigrationGraphTests {
    private func edge(_ from: String, _ to: String, hasDown: Bool = true) throws -> MigrationDefinition {
        let remove: JSONValue = [["op": "remove", "at": "/a", "keep": false]]
        return try MigrationDefinition(
            from: SchemaVersion(from), to: SchemaVersion(to), up: hasDown ? [] : remove)
    }

    private func graph(_ edges: [(String, String)], oneWay: [(String, String)] = []) throws -> MigrationGraph
    {
        var graph = MigrationGraph()
        for (from, to) in edges { try graph.add(edge(from, to)) }
        for (from, to) in oneWay { try graph.add(edge(from, to, hasDown: false)) }
        return graph
    }

    private func path(_ graph: MigrationGraph, _ from: String, _ to: String) throws -> String {
        try graph.path(from: SchemaVersion(from), to: SchemaVersion(to)).description
    }

    @Test("The shortest is taken, and of those the one through older versions, both ways")
    func shortest() throws {
        let long = try graph([("1", "2"), ("2", "3"), ("3", "10"), ("1", "9"), ("9", "10"), ("2", "10")])
        #expect(try path(long, "1", "10") == "1 -> 2 -> 10")
        #expect(try path(long, "10", "1") == "10 -> 2 -> 1")
        #expect(try path(long, "2", "2") == "2")
        let direct = try graph([("1", "2"), ("2", "3"), ("1", "3")])
        #expect(try path(direct, "1", "3") == "1 -> 3")
        #expect(try path(direct, "1.0", "3.0.0") == "1.0 -> 3")
    }

    @Test(
        "It is the same whatever the order in which migrations are added",
        arguments: [UInt64.random(in: 0 ... .max), 3])
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<30 {
            var edges: [(String, String)] = []
            for from in 0..<8 {
                for to in (from + 1)..<9 where Int.random(in: 0..<3, using: &random) == 0 {
                    edges.append(("\(from)", "\(to)"))
                }
            }
            let one = try graph(edges)
            let other = try graph(edges.shuffled(using: &random))
            for (from, to) in [("0", "8"), ("8", "0"), ("1", "7")] {
                let found = Result { try path(one, from, to) }
                #expect((try? found.get()) == (try? path(other, from, to)), "seed \(seed), round \(round)")
                #expect((try? found.get()) == best(edges, from, to), "seed \(seed), round \(round)")
            }
        }
    }

    /// By trying every path.
    private func best(_ edges: [(String, String)], _ from: String, _ to: String) -> String? {
        let isDown = from > to
        let (low, high) = isDown ? (to, from) : (from, to)
        var paths = [[low]]
        while !paths.isEmpty {
            if let found = paths.filter({ $0.last == high }).min(by: { $0.lexicographicallyPrecedes($1) }) {
                return (isDown ? found.reversed() : found).joined(separator: " -> ")
            }
            paths = paths.flatMap { path in edges.filter { $0.0 == path.last }.map { path + [$0.1] } }
        }
        return nil
    }

    @Test("The way back goes round a migration that cannot be undone, if it can")
    func roundAbout() throws {
        let graph = try graph([("1", "2"), ("2", "3")], oneWay: [("1", "3")])
        #expect(try path(graph, "1", "3") == "1 -> 3")
        #expect(try path(graph, "3", "1") == "3 -> 2 -> 1")
    }

    @Test("A way back that cannot be gone names the step that lacks one, and why")
    func noDown() throws {
        let graph = try graph([("1", "2"), ("3", "4")], oneWay: [("2", "3")])
        let error = #expect(throws: StemmaError.self) { try path(graph, "4", "1") }
        #expect(error?.code == .migrationHasNoDown && error?.fields["step"] == "3 -> 2")
        #expect(
            error?.message
                == "the migration back from 3 to 2 is lacking: 'remove' at /up/0 cannot be undone: "
                + "what it removes is not kept, and no default says what to put in its place")
        let step = MigrationStep(try edge("2", "3", hasDown: false), isDown: true)
        let without = #expect(throws: StemmaError.self) {
            try Migration(MigrationPath(from: step.from, to: step.to, steps: [step]))
        }
        #expect(without?.code == .migrationHasNoDown)
    }

    @Test("Another migration between the same versions is refused with both digests; the same one is fine")
    func conflict() throws {
        var graph = MigrationGraph(versions: [try SchemaVersion("0.0.1")])
        let one = try edge("1", "2")
        let other = try edge("1", "2", hasDown: false)
        try graph.add(one)
        try graph.add(one)
        let error = #expect(throws: StemmaError.self) { try graph.add(other) }
        #expect(error?.code == .migrationConflict)
        #expect(error?.fields["known"] == one.digest.hex && error?.fields["digest"] == other.digest.hex)
        #expect(graph.definitions == [one])
        #expect(graph.versions.map(\.description) == ["0.0.1", "1", "2"])
    }

    @Test(
        "What leads nowhere is told apart, with the versions that there are",
        arguments: [
            ("2", "5", StemmaError.Code.noMigrationPath), ("1.5", "2", .unknownSchemaVersion),
            ("1", "9", .unknownSchemaVersion), ("7", "2", .newerSchema), ("5", "1", .noMigrationPath),
        ])
    func nowhere(from: String, to: String, code: StemmaError.Code) throws {
        let graph = try graph([("1", "2"), ("4", "5")])
        let error = #expect(throws: StemmaError.self) { try path(graph, from, to) }
        #expect(error?.code == code)
        #expect(error?.fields["versions"] == "1, 2, 4, 5" && error?.hint?.contains("1, 2, 4, 5") == true)
    }
}
