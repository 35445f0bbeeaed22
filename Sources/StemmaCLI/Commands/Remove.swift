import Stemma

extension Command {
    static let remove = Command(
        name: "remove",
        summary: "remove records from the work tree",
        usage: "(VARIABLE [NAME=VALUE ...] | --all) [--dry-run]",
        positionals: [.any("NAME=VALUE", .entries, "the variable, and values that the records have")],
        options: [
            .flag("all", "every record of every variable; a filter is needed otherwise"),
            .flag("dry-run", "list what would be removed, and remove nothing"),
            .wholeVersion,
        ],
        discussion: [
            """
            Removes every record that has the values named, in one transaction. Commits keep what they have: \
            'stemma load ... --at REV' reads it, and 'git checkout' brings it back.
            """
        ],
        examples: [
            Example("stemma remove Mean subject=1 session=A", "all variants at one place"),
            Example("stemma remove Mean window=5", "one variant everywhere"),
            Example("stemma remove Mean --version '{}'", "only those without any version entry"),
        ],
        run: removeRecords)
}

@Sendable private func removeRecords(_ arguments: Arguments, _ session: Session) throws -> ExitCode {
    let store = try session.openStore()
    let text = RecordText(store.settings.keys)
    let filter = try AddressReader(keys: store.settings.keys).filter(arguments.words, arguments)
    if filter.isEmpty, !arguments.has("all") {
        throw UsageError.make("it is not said what to remove", hint: "name a variable, values, or --all")
    }
    let output = session.output
    if arguments.has("dry-run") {
        var count = 0
        try filter.forEachRecord(in: store.workTree) { record in
            try output.emit(record, text)
            count += 1
            return true
        }
        let total = count
        try output.summary(
            ["removed": 0, "wouldRemove": .count(total)],
            "\(Amount.counted(total, "record")) would be removed")
        return .done
    }
    // Inside the transaction nobody else changes the store between the look and the removal.
    let removed = try store.transaction { transaction in
        var addresses: [Address] = []
        try filter.forEachRecord(in: store.workTree) { record in
            addresses.append(record.address)
            return true
        }
        for address in addresses { try transaction.remove(address) }
        return transaction.removed
    }
    output.accomplish("\(Amount.counted(removed, "record")) \(removed == 1 ? "was" : "were") removed")
    try output.summary(
        ["removed": .count(removed)],
        note: removed == 0 ? "nothing to remove" : "removed \(Amount.counted(removed, "record"))")
    return .done
}
