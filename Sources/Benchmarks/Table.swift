import Glibc

/// Measures and prints.
struct Table {
    let count: Int
    let runs: Int

    func print() {
        Swift.print(
            "\(count) results of 128 doubles, 4 keys, 2 version entries; median of \(runs) runs of whole processes\n"
        )
        Swift.print(row("work", "wall ms", "cpu ms", "MB"))
        var (ours, files, git): ([Cost], [Cost], [Cost]) = ([], [], [])
        var last = ""
        for run in 1...runs {
            let plain = makeDirectory("files-\(run)")
            files.append(task("files", plain))
            git.append(
                shell(
                    "git init -q && git config gc.auto 0 && git add -A && git -c user.name=b -c user.email=b@b commit -qm all",
                    plain)
            )
            last = makeDirectory("store-\(run)")
            _ = shell("git init -q", last)
            ours.append(task("save", last))
        }
        let both = zip(files, git).map {
            Cost(wall: $0.wall + $1.wall, cpu: $0.cpu + $1.cpu, memory: max($0.memory, $1.memory))
        }
        report("files, git add, git commit", both)
        report("stemma: one transaction, commit", ours)
        let ratios = zip(both, ours).map { $0.wall / $1.wall }.sorted()
        Swift.print("  git / stemma: \(format(ratios[ratios.count / 2]))\n")

        report("stemma: open", repeated("open", last))
        report("stemma: status, nothing changed", repeated("status", last))
        report("git status, the same store", (0..<runs).map { _ in shell("git status --porcelain", last) })
        report("stemma: one lookup by address", repeated("lookup", last))
        _ = task("change", last)
        report("stemma: diff, 100 neighbours changed", repeated("diff", last))
        _ = task("scatter", last)
        report("stemma: diff, 100 scattered changed", repeated("diff", last))
        let branches = makeDirectory("branches")
        _ = shell("git init -q -b main", branches)
        _ = task("main", branches)
        _ = shell("git switch -q -c tuning", branches)
        _ = task("tuning", branches)
        report("stemma: explain, half changed", repeated("explain", branches))
        let steps = makeDirectory("three-steps")
        _ = shell("git init -q", steps)
        _ = task("three-steps", steps)
        // Each is there to be taken back by the other; the first ones warm the caches.
        let backfills = (0...runs).map { _ in (task("backfill", steps), task("revert-backfill", steps)) }
        report("stemma: backfill from three steps up", backfills.dropFirst().map(\.0))
        report("stemma: revert of the backfill", backfills.dropFirst().map(\.1))
        let documents = makeDirectory("documents")
        _ = shell("git init -q", documents)
        _ = task("documents", documents)
        let lazy = (0...runs).map { _ in
            (task("migrate-lazily", documents), task("revert-migration", documents))
        }
        let whole = (0...runs).map { _ in (task("migrate", documents), task("revert-migration", documents)) }
        report("stemma: migrate through two steps", whole.dropFirst().map(\.0))
        report("stemma: revert of the migration", whole.dropFirst().map(\.1))
        report("stemma: migrate lazily", lazy.dropFirst().map(\.0))
        report("stemma: revert of that", lazy.dropFirst().map(\.1))
        let calls = makeDirectory("calls")
        _ = shell("git init -q", calls)
        _ = task("calls", calls)
        let inputs = repeated("load-inputs", calls)
        report("stemma: open, load 10,000 inputs", inputs)
        let (hits, misses) = (repeated("hits", calls), repeated("misses", calls))
        report("stemma: the same, 10,000 hits", hits)
        report("stemma: the same, 10,000 misses", misses)
        let again = repeated("again", calls)
        report("stemma: one hit 100,000 times", again)
        let opening = repeated("open", calls)
        Swift.print(
            "  a first hit \(perCall(hits, inputs, Tasks.callCount)) us, a miss \(perCall(misses, inputs, Tasks.callCount)) us, a hit again \(perCall(again, opening, 100_000)) us of processor time"
        )
        Swift.print("\nleft in \(Self.parent)")
    }

    private func repeated(_ name: String, _ directory: String) -> [Cost] {
        // The first one warms the caches.
        (0...runs).map { _ in task(name, directory) }.dropFirst().map { $0 }
    }

    private func task(_ name: String, _ directory: String) -> Cost {
        ChildProcess.run([Self.executable, "--task", name, directory, String(count)], in: directory)
    }

    private func shell(_ command: String, _ directory: String) -> Cost {
        ChildProcess.run(["sh", "-c", command], in: directory)
    }

    private static let executable: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// Where everything is written: on the disk that TMPDIR says, and all in one place to look at or remove.
    private static let parent: String = {
        let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(place)/stemma-benchmark-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            ChildProcess.fail("cannot make a directory in \(place): \(String(cString: strerror(errno)))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    private func makeDirectory(_ name: String) -> String {
        let path = "\(Self.parent)/\(name)"
        guard mkdir(path, 0o700) == 0 else {
            ChildProcess.fail("cannot make \(path): \(String(cString: strerror(errno)))")
        }
        return path
    }

    /// Microseconds of processor time that a call takes beyond what the other task does.
    private func perCall(_ costs: [Cost], _ others: [Cost], _ count: Int) -> String {
        func median(_ costs: [Cost]) -> Double { costs.map(\.cpu).sorted()[costs.count / 2] }
        return format((median(costs) - median(others)) * 1e6 / Double(count))
    }

    private func report(_ name: String, _ costs: [Cost]) {
        func median(_ value: (Cost) -> Double) -> Double { costs.map(value).sorted()[costs.count / 2] }
        Swift.print(
            row(
                name, format(median { $0.wall * 1000 }), format(median { $0.cpu * 1000 }),
                format(median { Double($0.memory) / 1e6 })))
    }

    private func row(_ name: String, _ cells: String...) -> String {
        let head = name + String(repeating: " ", count: max(0, 40 - name.count))
        return head + cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
    }

    private func format(_ value: Double) -> String {
        let scaled = (value * 10).rounded() / 10
        return value >= 100 ? String(Int(value.rounded())) : String(scaled)
    }
}
