import Stemma

extension Command {
    static let stats = Command(
        name: "stats",
        summary: "how much there is, and what it takes on disk",
        usage: "",
        discussion: [
            """
            Prints for each variable the sum of its payloads' sizes, and the same with equal payloads counted once; \
            then what objects and pages take on disk. No payload is read.
            """
        ],
        examples: [Example("stemma stats --json | tail -n 1 | jq .storedBytes", "one figure for a script")],
        run: showStats)
}

@Sendable private func showStats(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let output = session.output
    let stats = try session.openStore().stats()
    for variable in stats.variables {
        try output.emit(
            "variable",
            [
                "name": .string(variable.name), "records": .count(variable.records),
                "bytes": .count(variable.logicalBytes),
                "distinctBytes": .count(variable.distinctBytes),
            ],
            [Cell(variable.name)] + Cell.counted(variable.records, "record")
                + [
                    .right(Amount.bytes(variable.logicalBytes)),
                    Cell(
                        variable.distinctBytes == variable.logicalBytes
                            ? "" : "(\(Amount.bytes(variable.distinctBytes)) without duplicates)"),
                ])
    }
    try output.line("on disk")
    let places = [
        ("packs", stats.packs, stats.packBytes, "with \(Amount.counted(stats.packedObjects, "object"))"),
        ("loose objects", stats.looseObjects, stats.looseBytes, ""),
        ("large objects", stats.largeObjects, stats.largeBytes, "not in git"),
        ("pages", stats.pages, stats.pageBytes, "with \(Amount.counted(stats.records, "record"))"),
    ]
    for (name, count, bytes, remark) in places where count > 0 {
        try output.row([
            Cell("  \(name)"), .right(Amount.count(count)), .right(Amount.bytes(bytes)), Cell(remark),
        ])
    }
    try output.summary(
        [
            "records": .count(stats.records), "bytes": .count(stats.logicalBytes),
            "distinctBytes": .count(stats.distinctBytes), "storedBytes": .count(stats.storedBytes),
            "packs": .count(stats.packs), "packedObjects": .count(stats.packedObjects),
            "packBytes": .count(stats.packBytes), "looseObjects": .count(stats.looseObjects),
            "looseBytes": .count(stats.looseBytes), "largeObjects": .count(stats.largeObjects),
            "largeBytes": .count(stats.largeBytes), "pages": .count(stats.pages),
            "pageBytes": .count(stats.pageBytes),
        ],
        "\(Amount.counted(stats.records, "record")): \(Amount.bytes(stats.logicalBytes)) of payloads take "
            + "\(Amount.bytes(stats.storedBytes)) on disk")
    return .done
}
