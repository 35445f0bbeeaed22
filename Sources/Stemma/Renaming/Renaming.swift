import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// What a variable or a function became: a line of `renamed.jsonl`.
struct Renaming: MergedLine {
    static let fileName = StorePaths.renamedFile
    static let grammar =
        "{\"function\":\"<name>\",\"to\":\"<name>\"} or {\"to\":\"<name>\",\"variable\":\"<name>\"}"

    let kind: FormerNames.Kind
    let from: String
    let to: String

    init(_ kind: FormerNames.Kind, from: String, to: String) {
        (self.kind, self.from, self.to) = (kind, from, to)
    }

    init?(_ object: JSONObject) {
        guard object.count == 2, let to = object["to"]?.asString,
            let kind = FormerNames.Kind.allCases.first(where: { object[$0.rawValue] != nil }),
            let from = object[kind.rawValue]?.asString, from != to
        else { return nil }
        (self.kind, self.from, self.to) = (kind, from, to)
    }

    var json: JSONObject { [kind.rawValue: .string(from), "to": .string(to)] }
}

extension FormerNames {
    init(_ renamings: Set<Renaming>) {
        self.init(renamings.map { (kind: $0.kind, from: $0.from, to: $0.to) })
    }
}

extension StemmaError {
    static func standsUnderFormerName(_ name: String, _ current: String) -> StemmaError {
        StemmaError(
            .invalidSettings, "there are records of '\(name)', which is called '\(current)' now",
            hint: "`Store.rename(variable:to:)` again takes them there",
            fields: ["name": name, "current": current])
    }

    static func renamedTwice(_ kind: String, _ name: String, to names: [String]) -> StemmaError {
        StemmaError(
            .invalidSettings,
            "\(Renaming.fileName) says that the \(kind) '\(printable(name))' became \(names.map { "'\(printable($0))'" }.joined(separator: " and "))",
            hint: "delete one of the lines; until then the first of these names counts",
            fields: ["name": name])
    }
}

extension Store {
    /// Reads `renamed.jsonl` again if it has changed. Call with `state` held.
    func lookAtNames() throws {
        guard try renamings.refresh(in: path) else { return }
        formerNames = FormerNames(renamings.lines)
        answers.removeAll()
    }

    /// What variables and functions are called now. Call with `state` held.
    ///
    /// Throws `.invalidSettings` when that cannot be told.
    func currentNames() throws -> FormerNames {
        if let callsProblem { throw callsProblem }
        return formerNames
    }
}
