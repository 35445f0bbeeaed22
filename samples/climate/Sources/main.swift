import Glibc
import Stemma

// climate [SERIES=YEARS ...]
// Reads data/*.csv and keeps every result in the store 'results', both in the directory that it is run in.

do {
    var series = Series.all
    try series.setWindows(CommandLine.arguments.dropFirst())
    let store = try Store.open("results")

    // The data are records too. Saving what is there already changes nothing; a changed file changes its digest, and
    // with it everything that was made from it.
    try store.transaction { transaction in
        for series in series {
            try transaction.save(
                file: "data/\(series.name).csv", format: .csv,
                at: Address(variable: tables.name, keys: ["series": .string(series.name)]))
        }
    }

    let results = try series.map { try $0.analyse(in: store) }

    // Nothing is computed while the store is locked, and all of it is saved or nothing.
    try store.transaction { transaction in
        for decade in results.joined() {
            try transaction.save(decade.raw, as: raw, at: decade.keys)
            try transaction.save(decade.filled, as: filled, at: decade.keys)
            try transaction.save(decade.trend, as: trend, at: decade.keys, version: decade.version)
            try transaction.save(decade.amplitude, as: amplitude, at: decade.keys)
            try transaction.save(decade.summary, as: summary, at: decade.keys)
        }
    }

    for (series, decades) in zip(series, results) { try series.report(decades) }
    let isFromStore = results.joined().flatMap(\.isFromStore)
    print("\(isFromStore.count { !$0 }) computed, \(isFromStore.count { $0 }) from the store")
} catch {
    print("climate: \(error)")
    exit(1)
}
