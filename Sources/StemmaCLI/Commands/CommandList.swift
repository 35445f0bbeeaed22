extension Command {
    /// The commands in the order of help: by what somebody wants to do.
    static let groups: [(title: String, commands: [Command])] = [
        ("make a store", [initialize]),
        ("results", [save, importLines, load, list, variables, show, lineage, remove, rename]),
        ("computations", [run, why, forget]),
        ("schemas", [schemaSet, schemaShow, schemaList, schemaInfer, schemaCheck]),
        ("versions", [migrate, migrateDefine, migrateStatus, migrateRewrite, backfillSet, backfillInfer]),
        ("history", [status, commit, log, diff, revert]),
        ("care", [fsck, gc, stats]),
        ("this program", [completion, help]),
    ]

    static let all = groups.flatMap(\.commands)
}
