import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import TestSupport
import Testing

@Suite("The law of operations")
struct OperationLawTests {
    private static func definition(_ operations: [JSONValue]) throws -> MigrationDefinition {
        try MigrationDefinition(["from": "1", "to": "2", "up": .array(operations)])
    }

    private static func apply(_ definition: MigrationDefinition, isDown: Bool, to value: JSONValue) throws
        -> JSONValue
    {
        let step = MigrationStep(definition, isDown: isDown)
        return try Migration(MigrationPath(from: step.from, to: step.to, steps: [step])).apply(to: value)
    }

    /// Applies one definition to values; the number of those that it accepted.
    private static func check(
        _ definition: MigrationDefinition, _ values: [JSONValue], _ comment: Comment
    ) throws -> Int {
        var accepted = 0
        for value in values {
            let before = try value.canonical
            let raised: JSONValue
            do { raised = try apply(definition, isDown: false, to: value) } catch let error as StemmaError {
                #expect(error.code == .migrationFailed, comment)
                continue
            }
            accepted += 1
            #expect(try value.canonical == before, comment)
            let lowered = Result { try apply(definition, isDown: true, to: raised) }
            #expect(throws: Never.self, comment) { _ = try lowered.get() }
            let back = try? lowered.get()
            #expect(
                back == value,
                "\(comment): \(value) became \(raised) and then \(back.map(\.description) ?? "nothing")")
        }
        return accepted
    }

    @Test(
        "What one operation does and can be undone is undone to the byte",
        arguments: [UInt64.random(in: 0 ... .max), 1])
    func single(seed: UInt64) throws {
        var random = RandomMigration(seed: seed)
        var accepted: [String: Int] = [:]
        for round in 0..<2_500 {
            let operation = random.operation()
            guard let definition = try? Self.definition([operation]), definition.hasDown else { continue }
            let values = (0..<8).map { _ in random.below(6) == 0 ? random.value() : random.object() }
            let comment: Comment = "seed \(seed), round \(round): \(operation)"
            let name = operation["op"]?.asString ?? ""
            accepted[name, default: 0] += try Self.check(definition, values, comment)
            // What undoes it is an operation too, and has the same law.
            let inverse = try #require(definition.derivedDown)
            let turned = try MigrationDefinition(["from": "1", "to": "2", "up": inverse])
            #expect(turned.hasDown || name == "set", comment)
            if turned.hasDown { accepted["-" + name, default: 0] += try Self.check(turned, values, comment) }
        }
        for name in ["add", "copy", "remove", "rename", "move", "cast", "map", "split", "join", "set"] {
            #expect(accepted[name, default: 0] >= 20, "seed \(seed): \(name) was hardly tried: \(accepted)")
        }
    }

    @Test(
        "What a list of operations does and can be undone is undone to the byte",
        arguments: [UInt64.random(in: 0 ... .max), 2])
    func lists(seed: UInt64) throws {
        var random = RandomMigration(seed: seed)
        var accepted = 0
        for round in 0..<500 {
            // Operations that the first values accept, so that the whole list is.
            let values = (0..<4).map { _ in random.object() }
            var operations: [JSONValue] = []
            var sample = values[0]
            for _ in 0..<40 where operations.count < 5 {
                let operation = random.operation()
                guard let one = try? Self.definition([operation]), one.hasDown,
                    let next = try? Self.apply(one, isDown: false, to: sample)
                else { continue }
                operations.append(operation)
                sample = next
            }
            let definition = try Self.definition(operations)
            let comment: Comment = "seed \(seed), round \(round): \(JSONValue.array(operations))"
            accepted += try Self.check(definition, values, comment)
        }
        #expect(accepted >= 500, "seed \(seed)")
    }
}
