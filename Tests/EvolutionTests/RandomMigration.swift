import StemmaRecords
import TestSupport

/// Random values and operations of few names, so that the one often fits the other.
struct RandomMigration {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
    mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }
    private mutating func flip(_ times: Int = 2) -> Bool { below(times) == 0 }

    private static let names = ["a", "b", "c", "0"]
    private static let kept = ["_added", "_removed", "_replaced"]

    /// Mostly one of three, so that two of them are often the same.
    mutating func scalar() -> JSONValue {
        if flip() { return one(of: [1, "x", true]) }
        return one(of: [
            .null, true, false, 0, 1, 2, -1.5, "", "1", "1.50", "true", "x", "x y", "x  y", "1e3",
            .number(1e20),
        ])
    }

    mutating func value(depth: Int = 3) -> JSONValue {
        switch depth == 0 ? 0 : below(5) {
        case 0, 1: return scalar()
        case 2: return .array((0..<below(3)).map { _ in value(depth: depth - 1) })
        default: return object(depth: depth)
        }
    }

    mutating func object(depth: Int = 3) -> JSONValue {
        var object = JSONObject()
        for _ in 0..<below(4) { object[one(of: Self.names)] = value(depth: depth - 1) }
        // Now and then what an operation would keep is there beforehand.
        if flip(4) {
            var kept = JSONObject()
            for name in Self.names where flip() { kept[name] = scalar() }
            object[one(of: Self.kept)] = flip(4) ? value(depth: 1) : .object(kept)
        }
        return .object(object)
    }

    private mutating func tokens(_ limit: Int) -> [String] {
        (0..<(1 + below(limit))).map { _ in flip(5) ? "*" : one(of: Self.names) }
    }

    private func text(_ tokens: [String]) -> String { tokens.map { "/" + $0 }.joined() }

    /// Pointers with the same `*`.
    private mutating func pointers(_ count: Int) -> [JSONValue] {
        var base: [String] = []
        while flip(3), base.count < 2 { base += (flip() ? [one(of: Self.names)] : []) + ["*"] }
        return (0..<count).map { _ in
            let rest = flip(20) ? [] : (0..<(1 + below(2))).map { _ in one(of: Self.names) }
            return .string(text(base + rest))
        }
    }

    private mutating func pointer() -> JSONValue { .string(flip(20) ? "" : text(tokens(3))) }

    /// An operation as a definition has it; not every one is allowed.
    mutating func operation() -> JSONValue {
        var object: JSONObject = [:]
        let name = one(of: [
            "add", "copy", "remove", "rename", "move", "cast", "map", "split", "join", "set",
        ])
        object["op"] = .string(name)
        if flip(3) { object["optional"] = true }
        switch name {
        case "add", "set":
            object["at"] = pointer()
            if name == "set" || !flip(4) { object["value"] = flip(4) ? value(depth: 1) : scalar() }
            addKeep(to: &object, at: object["at"])
        case "copy":
            let pair = pointers(2)
            (object["from"], object["to"]) = (flip(4) ? .string("/" + one(of: Self.names)) : pair[0], pair[1])
            addKeep(to: &object, at: object["to"])
        case "remove":
            let pair = pointers(2)
            object["at"] = pair[0]
            if flip(3) { object["default"] = scalar() } else if flip(3) { object["defaultFrom"] = pair[1] }
            addKeep(to: &object, at: object["at"])
        case "rename":
            object["at"] = pointer()
            object["to"] = .string(one(of: Self.names))
        case "move":
            let pair = pointers(2)
            (object["from"], object["to"]) = (pair[0], pair[1])
        case "cast":
            let types: [JSONValue] = ["string", "integer", "number", "boolean"]
            object["at"] = pointer()
            object["to"] = one(of: types)
            if !flip(4) { object["from"] = one(of: types) }
            if flip(5) { object["lenient"] = true }
        case "map":
            object["at"] = pointer()
            object["values"] = .array((0..<(1 + below(4))).map { _ in [scalar(), scalar()] })
            if flip(3) { object["others"] = "stay" } else if flip(4) { object["default"] = scalar() }
        default:
            object["by"] = one(of: [" ", "x", "  ", "1"])
            if flip() {
                object["at"] = pointer()
            } else {
                let all = pointers(3 + below(2))
                object[name == "split" ? "from" : "to"] = all[0]
                object[name == "split" ? "to" : "from"] = .array(Array(all[1...]))
            }
        }
        return .object(object)
    }

    private mutating func addKeep(to object: inout JSONObject, at: JSONValue?) {
        if flip(4) { object["keep"] = false }
        if flip(4), case .string(let text)? = at {
            let base = text.split(separator: "/").map(String.init)
            let end = 1 + (base.lastIndex(of: "*") ?? -1)
            let rest = (0..<(1 + below(2))).map { _ in one(of: Self.names + Self.kept) }
            object["keep"] = .string(self.text(base[..<end] + rest))
        }
    }
}
