import StemmaBlobs
import StemmaRecords

/// What a migration does in one direction.
package enum MigrationWay: Sendable {
    /// Operations on JSON pointers.
    case operations(OperationList)
    /// A program that reads values as JSON Lines and writes as many, in order.
    case program(MigrationProgram)
    /// A closure of the program that uses the store, by its name.
    case swift(String)

    /// Reads a direction of a definition. Throws `invalidMigration`.
    init(_ value: JSONValue, at place: JSONPointer) throws {
        guard case .object(let object) = value else {
            self = .operations(try OperationList(value, at: place))
            return
        }
        let names = object.names
        guard names == ["program"] || names == ["swift"], let name = names.first, let content = object[name]
        else {
            throw StemmaError.invalidMigration(
                "expected a list of operations, {\"program\": ...} or {\"swift\": ...}", at: place)
        }
        let place = place.appending(name)
        if name == "program" {
            self = .program(try MigrationProgram(content, at: place))
        } else {
            guard case .string(let closure) = content, !closure.isEmpty else {
                throw StemmaError.invalidMigration("expected the name of a closure", at: place)
            }
            self = .swift(closure)
        }
    }

    package var json: JSONValue {
        switch self {
        case .operations(let list): list.json
        case .program(let program): ["program": program.json]
        case .swift(let name): ["swift": .string(name)]
        }
    }

    /// Whether it is made of operations, so that values can be raised when they are read.
    package var isDeclarative: Bool { if case .operations = self { true } else { false } }
}
