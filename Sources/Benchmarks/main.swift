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
    let numbers = arguments.map { Int($0) ?? 0 }
    let (count, runs) = (numbers.first ?? 100_000, numbers.dropFirst().first ?? 5)
    // The results that are changed, side by side and scattered, are different ones from a thousand on.
    guard count >= 1000, runs >= 1, numbers.count <= 2 else {
        ChildProcess.fail("usage: benchmarks [COUNT] [RUNS], with COUNT from 1000 and RUNS from 1")
    }
    Table(count: count, runs: runs).print()
}
