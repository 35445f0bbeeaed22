import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Values that are migrated")
struct MigrationTests {
    private func version(_ text: String) throws -> SchemaVersion { try SchemaVersion(text) }

    /// Versions 1, 2 and 3.
    private func graph() throws -> MigrationGraph {
        var graph = MigrationGraph()
        try graph.add(
            MigrationDefinition(
                from: version("1"), to: version("2"), up: [["op": "rename", "at": "/bpm", "to": "rate"]]))
        try graph.add(
            MigrationDefinition(
                from: version("2"), to: version("3"), up: [["op": "add", "at": "/unit", "value": "bpm"]]))
        return graph
    }

    private func schemas() throws -> [SchemaVersion: JSONSchema] {
        var schemas: [SchemaVersion: JSONSchema] = [:]
        for (version, required) in [("1", ["bpm"]), ("2", ["rate"]), ("3", ["rate", "unit"])] {
            schemas[try SchemaVersion(version)] = try JSONSchema([
                "required": .array(required.map(JSONValue.string)), "properties": ["rate": ["maximum": 200]],
            ])
        }
        return schemas
    }

    @Test("They go up and down again, and what was handed in stays as it was")
    func both() throws {
        let graph = try graph()
        let value: JSONValue = ["bpm": 60]
        let up = try Migration(graph.path(from: version("1"), to: version("3")), schemas: schemas())
        let raised = try up.apply(to: value)
        #expect(raised == ["rate": 60, "unit": "bpm"] && value == ["bpm": 60])
        let down = try Migration(graph.path(from: version("3"), to: version("1")), schemas: schemas())
        #expect(try down.apply(to: raised) == value)
        #expect(up.path.isDeclarative && up.takesSingleValues)
        let nothing = try Migration(graph.path(from: version("2"), to: version("2")), schemas: schemas())
        #expect(try nothing.apply(to: ["any": 1]) == ["any": 1])
    }

    @Test("Each step is validated before and after, and says which it was")
    func validation() throws {
        let migration = try Migration(
            graph().path(from: version("1"), to: version("3")), schemas: schemas())
        let before = #expect(throws: StemmaError.self) { try migration.apply(to: ["rate": 60]) }
        #expect(before?.code == .migrationFailed && before?.fields["schemaVersion"] == "1")
        #expect(before?.fields["step"] == "1 -> 2" && before?.fields["rule"] == "required")
        #expect(
            before?.message
                == #"1 -> 2: before the step it is not valid under 1: the member "bpm" is missing"#)
        let after = #expect(throws: StemmaError.self) { try migration.apply(to: ["bpm": 300]) }
        #expect(after?.fields["pointer"] == "/rate" && after?.fields["schemaVersion"] == "2")
        #expect(after?.fields["reason"] == "300 is greater than the maximum 200")
        let second = try #require(migration.path.steps.last)
        #expect(try migration.apply(second, to: ["rate": 1]) == ["rate": 1, "unit": "bpm"])
        let one = #expect(throws: StemmaError.self) { try migration.apply(second, to: ["bpm": 1]) }
        #expect(one?.fields["step"] == "2 -> 3")
    }

    @Test("A mark has the versions that the value came through, and goes with the step back")
    func mark() throws {
        let graph = try graph()
        let mark = try JSONPointer("/meta/migrated_from")
        let up = try Migration(graph.path(from: version("1"), to: version("3")), mark: mark)
        let down = try Migration(graph.path(from: version("3"), to: version("1")), mark: mark)
        let raised = try up.apply(to: ["bpm": 60])
        #expect(raised["meta"] == ["migrated_from": ["1", "2"]])
        #expect(try down.apply(to: raised) == ["bpm": 60])
        let lowered = try down.apply(to: ["rate": 60, "unit": "bpm"])
        #expect(lowered["meta"] == ["migrated_from": ["3", "2"]])
        #expect(try up.apply(to: lowered) == ["rate": 60, "unit": "bpm"])
        let taken = #expect(throws: StemmaError.self) {
            try up.apply(to: ["bpm": 60, "meta": ["migrated_from": "somewhere"]])
        }
        #expect(taken?.fields["pointer"] == "/meta/migrated_from")
        let scalar = #expect(throws: StemmaError.self) {
            try Migration(
                MigrationPath(
                    from: version("1"), to: version("2"),
                    steps: [
                        MigrationStep(
                            MigrationDefinition(from: version("1"), to: version("2"), up: []))
                    ]), mark: mark
            ).apply(to: 3)
        }
        #expect(scalar?.fields["reason"] == "is a number, which is in the way")
        let path = try graph.path(from: version("1"), to: version("3"))
        #expect(MigrationMark.extended(["0.9"], by: path) == ["0.9", "1", "2"])
    }

    @Test("Closures are found by their definition, and what they throw is said with the step")
    func closures() throws {
        struct Refusal: Error {}
        let definition = try MigrationDefinition(
            from: version("1"), to: version("2"), closure: "Fit", hasDown: true)
        let step = MigrationStep(definition)
        let path = MigrationPath(from: step.from, to: step.to, steps: [step])
        let missing = #expect(throws: StemmaError.self) { try Migration(path) }
        #expect(missing?.code == .migrationNotRegistered && missing?.fields["name"] == "Fit")
        let closure = MigrationClosure(up: { value in
            guard let peak = value["peak"] else { throw Refusal() }
            return ["maximum": peak]
        })
        let migration = try Migration(path, closures: [definition: closure])
        #expect(try migration.apply(to: ["peak": 1]) == ["maximum": 1])
        #expect(!path.isDeclarative && migration.takesSingleValues)
        let refused = #expect(throws: StemmaError.self) { try migration.apply(to: [:]) }
        #expect(refused?.code == .migrationFailed)
        #expect(refused?.message == "1 -> 2: the value is refused by 'Fit': Refusal()")
        let back = MigrationStep(definition, isDown: true)
        #expect(throws: StemmaError.self) {
            try Migration(
                MigrationPath(from: back.from, to: back.to, steps: [back]), closures: [definition: closure])
        }
    }

    @Test(
        "A program takes no single values; what it is handed and answers is validated and marked all the same"
    )
    func program() throws {
        let definition = try MigrationDefinition(from: version("1"), to: version("2"), up: ["program": "up"])
        let step = MigrationStep(definition)
        let migration = try Migration(
            MigrationPath(from: step.from, to: step.to, steps: [step]), schemas: schemas(),
            mark: JSONPointer("/from"))
        #expect(!migration.takesSingleValues)
        let error = #expect(throws: StemmaError.self) { try migration.apply(to: ["bpm": 1]) }
        #expect(error?.code == .migrationNeedsProgram)
        let (value, chain) = try migration.prepare(["bpm": 1, "from": ["0"]], for: step)
        #expect(value == ["bpm": 1] && chain == ["0"])
        #expect(
            try migration.complete(["rate": 1], chain: chain, of: step) == ["rate": 1, "from": ["0", "1"]])
        #expect(throws: StemmaError.self) { try migration.complete(["rate": 201], chain: [], of: step) }
        #expect(throws: StemmaError.self) { try migration.prepare([:], for: step) }
    }
}
