import Stemma
import TestSupport

/// A new store in a new repository, with two keys, which goes away with the value.
final class StoreFixture {
    let directory: TemporaryDirectory
    let git: Git
    let store: Store

    static let keys = [KeyDeclaration("subject", .integer), KeyDeclaration("session", .string)]

    init(keys: [KeyDeclaration] = StoreFixture.keys) throws {
        directory = try TemporaryDirectory()
        // A path whose bytes are more than its characters, so that whoever takes one for the other fails.
        git = try Git.initialized(at: directory.file("cödé ünï"))
        store = try Store.create(at: "\(git.directory)/results", keys: keys, options: Self.options).store
    }

    static var options: StoreOptions {
        var options = StoreOptions()
        options.author = StoreOptions.Author(name: "A Tester", email: "tester@example.org")
        options.command = "a test"
        return options
    }

    /// The same store, opened anew as another process would.
    func reopened() throws -> Store { try Store.open(store.path, options: Self.options) }

    /// The same after a crash, with what the dead process left finished; also where a process that another test has just
    /// started still holds the lock for a moment.
    func recovered() throws -> Store {
        let store = try reopened()
        try store.transaction { _ in }
        return store
    }
}

let filtered = Variable<[Double]>("FilteredSignal")
let rate = Variable<Double>("HeartRate")
