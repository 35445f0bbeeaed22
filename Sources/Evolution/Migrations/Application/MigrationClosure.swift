import StemmaRecords

/// A migration that is made of closures of the program that uses the store.
package struct MigrationClosure: Sendable {
    package typealias Function = @Sendable (JSONValue) throws -> JSONValue

    package let up: Function
    package let down: Function?

    package init(up: @escaping Function, down: Function? = nil) {
        self.up = up
        self.down = down
    }
}
