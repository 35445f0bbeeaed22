import Glibc
import Stemma

/// What one measured process does.
enum Tasks {
    static func run(_ task: String, _ directory: String, _ count: Int) throws {
        let workload = Workload(count: count)
        switch task {
        case "files": try writeFiles(workload, directory)
        case "save": try save(workload, directory)
        case "change": try change(workload, directory, scattered: false)
        case "scatter": try change(workload, directory, scattered: true)
        case "status": guard try open(directory).status().isClean else { throw Failure.notClean }
        case "lookup": try lookup(workload, directory)
        case "diff": try diff(directory)
        case "open": _ = try open(directory)
        case "main":
            let store = try Store.create(at: directory + "/results", keys: Workload.keys, options: options)
                .store
            try Branches(count: count).run(in: store, factor: 2)
        case "tuning": try Branches(count: count).run(in: open(directory), factor: 3)
        case "explain": try Branches(count: count).explain(in: open(directory))
        case "three-steps":
            let store = try Store.create(at: directory + "/results", keys: Workload.keys, options: options)
                .store
            try Backfills(count: count).make(in: store)
        case "backfill": try Backfills(count: count).infer(in: open(directory))
        case "revert-backfill": try Backfills(count: count).revert(in: open(directory))
        case "documents":
            let store = try Store.create(at: directory + "/results", keys: Workload.keys, options: options)
                .store
            try Migrations(count: count).make(in: store)
        case "migrate": try Migrations(count: count).migrate(in: open(directory), isLazy: false)
        case "migrate-lazily": try Migrations(count: count).migrate(in: open(directory), isLazy: true)
        case "revert-migration": try Migrations(count: count).revert(in: open(directory))
        case "calls":
            let store = try Store.create(at: directory + "/results", keys: Workload.keys, options: options)
                .store
            try Calls(count: callCount).make(in: store)
        case "load-inputs": try Calls(count: callCount).load(in: open(directory))
        case "hits": try Calls(count: callCount).call(in: open(directory), "1", expectsHits: true)
        case "misses": try Calls(count: callCount).call(in: open(directory), "2", expectsHits: false)
        case "again": try Calls(count: callCount).again(in: open(directory), times: 100_000)
        default: throw Failure.unknownTask(task)
        }
    }

    /// How many calls the tasks of calls make.
    static let callCount = 10_000

    enum Failure: Error {
        case unknownTask(String), notClean, wrongCount(Int)
    }

    private static var options: StoreOptions {
        var options = StoreOptions()
        options.author = StoreOptions.Author(name: "Benchmark", email: "benchmark@example.org")
        return options
    }

    private static func open(_ directory: String) throws -> Store {
        try Store.open(directory + "/results", options: options)
    }

    /// The same payloads as files, one each.
    private static func writeFiles(_ workload: Workload, _ directory: String) throws {
        for index in 0..<workload.count {
            let folder = "\(directory)/data/subject-\(index / 1000)/session-\(index / 100 % 10)"
            if index % 100 == 0 {
                mkdir("\(directory)/data", 0o777)
                mkdir("\(directory)/data/subject-\(index / 1000)", 0o777)
                mkdir(folder, 0o777)
            }
            guard let file = fopen("\(folder)/\(index % 100).bin", "w") else { continue }
            workload.values(index).withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
            fclose(file)
        }
    }

    private static func save(_ workload: Workload, _ directory: String) throws {
        let store = try Store.create(at: directory + "/results", keys: Workload.keys, options: options).store
        try store.transaction { transaction in
            for index in 0..<workload.count {
                try transaction.save(
                    workload.values(index), as: Workload.variable, at: workload.keys(index),
                    version: Workload.version)
            }
        }
        _ = try store.commit("\(workload.count) results")
    }

    /// Changes 100 results, neighbours or scattered over all subjects, and commits.
    private static func change(_ workload: Workload, _ directory: String, scattered: Bool) throws {
        let store = try open(directory)
        try store.transaction { transaction in
            for step in 0..<100 {
                let index = scattered ? step * (workload.count / 100) + 7 : step + 17
                try transaction.save(
                    workload.values(index, variant: scattered ? 2 : 1), as: Workload.variable,
                    at: workload.keys(index), version: Workload.version)
            }
        }
        _ = try store.commit("100 changed")
    }

    private static func lookup(_ workload: Workload, _ directory: String) throws {
        let index = workload.count / 2
        let value = try open(directory).load(Workload.variable, at: workload.keys(index)).value
        guard value == workload.values(index) else { throw Failure.wrongCount(value.count) }
    }

    private static func diff(_ directory: String) throws {
        let store = try open(directory)
        let difference = try store.difference(from: store.snapshot("HEAD~1"), to: store.snapshot("HEAD"))
        guard difference.changed == 100 else { throw Failure.wrongCount(difference.changed) }
    }
}
