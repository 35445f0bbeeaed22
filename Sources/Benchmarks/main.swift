import Glibc

// swift run -c release benchmarks [COUNT] [RUNS]: saves and reads the same results with Stemma and with git, and
// prints a table. Each figure is the median over the runs of whole processes.

var arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "--task", arguments.count == 4, let count = Int(arguments[3]) {
    do {
        try Tasks.run(arguments[1], arguments[2], count)
    } catch {
        ChildProcess.fail("\(error)")
    }
} else {
    let count = arguments.first.flatMap { Int($0) } ?? 100_000
    let runs = arguments.dropFirst().first.flatMap { Int($0) } ?? 5
    Table(count: count, runs: runs).print()
}
