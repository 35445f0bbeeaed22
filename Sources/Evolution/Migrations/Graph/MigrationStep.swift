import StemmaRecords

/// One migration in one direction.
public struct MigrationStep: Hashable, Sendable, CustomStringConvertible {
    /// The migration.
    public let definition: MigrationDefinition
    /// Whether it goes back to the older version.
    public let isDown: Bool

    package init(_ definition: MigrationDefinition, isDown: Bool = false) {
        self.definition = definition
        self.isDown = isDown
    }

    /// The version that values have before.
    public var from: SchemaVersion { isDown ? definition.to : definition.from }
    /// The version that they have after.
    public var to: SchemaVersion { isDown ? definition.from : definition.to }

    /// What it does; `nil` for a way back that does not exist.
    package var way: MigrationWay? { isDown ? definition.down : definition.up }

    /// The two versions, such as `0.1.0 -> 0.2.0`.
    public var description: String { "\(from) -> \(to)" }
}

/// The steps from one version to another, in order.
public struct MigrationPath: Hashable, Sendable, CustomStringConvertible {
    /// The version that values have before.
    public let from: SchemaVersion
    /// The version that they have after.
    public let to: SchemaVersion
    /// None if the two versions are the same.
    public let steps: [MigrationStep]

    package init(from: SchemaVersion, to: SchemaVersion, steps: [MigrationStep]) {
        self.from = from
        self.to = to
        self.steps = steps
    }

    /// Whether every step is a list of operations, so that values can be raised when they are read.
    public var isDeclarative: Bool { steps.allSatisfy { $0.way?.isDeclarative ?? false } }

    /// The versions on the way, such as `0.1.0 -> 0.2.0 -> 0.3.0`.
    public var description: String {
        ([from] + steps.map(\.to)).map(\.description).joined(separator: " -> ")
    }
}
