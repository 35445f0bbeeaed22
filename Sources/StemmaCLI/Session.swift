import Glibc
import Stemma
import StemmaBlobs

/// What every command works with: the options that hold for all of them, the store, and where results go.
struct Session {
    let output: Output
    private let command: String
    private let store: String?
    private let wait: Double
    let environment: Environment

    /// Goes to the directory that `-C` names. Throws when it cannot, and for a `--wait` that is no number.
    init(_ command: Command, _ arguments: Arguments, _ output: Output, _ environment: Environment) throws {
        self.output = output
        self.command = "stemma \(command.name)"
        self.environment = environment
        store = arguments.value("store") ?? environment.store
        wait = try arguments.seconds("wait") ?? 10
        if let directory = arguments.value("directory") { try Self.enter(directory) }
    }

    static func enter(_ directory: String) throws {
        guard chdir(directory) == 0 else { throw FileError.system("enter", directory, errno: errno) }
    }

    /// The store that is meant: `--store`, else `$STEMMA_STORE`, else what is found from here.
    func openStore() throws -> Store {
        try Store.open(try storePath(), options: options)
    }

    func storePath() throws -> String {
        // Absolute, because errors name it.
        try store ?? Store.find(from: FileSystem.realPath("."))
    }

    /// The path that `--store` or the environment names, for a store that is yet to be made.
    var namedStore: String? { store }

    var options: StoreOptions {
        var options = StoreOptions()
        options.wait = wait
        options.isHurried = { Interruption.isOverdue }
        options.command = command
        options.report = Self.warn
        if environment.authorName != nil || environment.authorEmail != nil {
            options.author = StoreOptions.Author(name: environment.authorName, email: environment.authorEmail)
        }
        return options
    }

    /// Tells of damage that a command goes on beside, on standard error.
    @Sendable private static func warn(_ event: StoreEvent) {
        let text =
            switch event {
            case .resultComputedAgain(let function, let cause):
                "warning: \(cause.message); \(function) is computed again"
            case .broughtAlong(let count):
                "note: \(Amount.counted(count, "object")) \(count == 1 ? "was" : "were") taken from other commits of this clone"
            case .damagePassedOver(let cause): "warning: \(cause.message); it was read from git's history"
            case .schemaViolated(let cause): "warning: \(cause.message)"
            }
        let line = Array((Shell.visible(text) + "\n").utf8)
        // Where nobody can be told, there is nothing to be done about it.
        _ = write(2, line, line.count)
    }

    /// The store as a command reads it: at `--at REV`, otherwise the work tree.
    func view(of store: Store, _ arguments: Arguments) throws -> any ReadView {
        if let revision = arguments.value("at") { try store.snapshot(revision) } else { store.workTree }
    }
}

extension Arguments {
    /// The value of an option as a time; throws a usage error when it is none.
    func seconds(_ option: String) throws -> Double? {
        guard let text = value(option) else { return nil }
        guard let seconds = Double(text), seconds.isFinite, seconds >= 0 else {
            throw UsageError.notSeconds(text, option: option)
        }
        return seconds
    }
}
