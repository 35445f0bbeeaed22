import Stemma
import StemmaBlobs

/// What the identities of a function are made of.
func showFunction(_ name: String, _ arguments: Arguments, _ session: Session) throws -> ExitCode {
    try arguments.refuseWords(beside: "function")
    let versions = try session.openStore().identities(ofFunction: name)
    guard !versions.isEmpty else { throw FunctionError.unknown(name) }
    for version in versions {
        try session.output.emit("function", version.members, rows: rows(version))
    }
    try session.output.summary(["functions": .count(versions.count)])
    return .done
}

private func rows(_ version: KnownFunction) -> [[Cell]] {
    let forgotten = version.forgotten > 0 ? ", \(Amount.count(version.forgotten)) forgotten" : ""
    let calls = Amount.counted(version.calls, "call") + forgotten
    var rows = [[Cell(Shell.visible(version.name), .strong), Cell(calls), Cell(version.identity.hex)]]
    if let stated = version.version { rows.append([Cell("  version"), Cell(Shell.visible(stated))]) }
    if !version.module.isEmpty { rows.append([Cell("  module"), Cell(Shell.visible(version.module))]) }
    return rows
        + version.parts.map {
            [
                Cell("  \(Shell.visible($0.kind))"), Cell($0.digest.short, .faint),
                Cell(Shell.visible($0.name)),
            ]
        }
}

extension KnownFunction {
    fileprivate var members: JSONObject {
        var members: JSONObject = [
            "name": .string(name), "identity": .string(identity.hex), "language": .string(language),
            "calls": .count(calls), "forgotten": .count(forgotten),
            "parts": .array(
                parts.map {
                    .object([
                        "kind": .string($0.kind), "name": .string($0.name), "digest": .string($0.digest.hex),
                    ])
                }),
        ]
        if !module.isEmpty { members["module"] = .string(module) }
        members["version"] = version.map(JSONValue.string)
        return members
    }
}
