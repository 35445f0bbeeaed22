import Stemma
import StemmaBlobs

/// What the identities of a function are made of.
func showFunction(_ name: String, _ arguments: Arguments, _ session: Session) throws -> ExitCode {
    try arguments.refuseWords(beside: "function")
    let identities = try session.openStore().identities(ofFunction: name)
    for function in identities {
        try session.output.emit("function", function.members, rows: rows(function))
    }
    try session.output.summary(["functions": .count(identities.count)])
    return .done
}

private func rows(_ function: KnownFunction) -> [[Cell]] {
    let forgotten = function.forgotten > 0 ? ", \(Amount.count(function.forgotten)) forgotten" : ""
    let calls = Amount.counted(function.calls, "call") + forgotten
    var rows = [[Cell(Shell.visible(function.name), .strong), Cell(calls), Cell(function.identity.hex)]]
    if let stated = function.version { rows.append([Cell("  version"), Cell(Shell.visible(stated))]) }
    if !function.module.isEmpty { rows.append([Cell("  module"), Cell(Shell.visible(function.module))]) }
    return rows
        + function.parts.map {
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
