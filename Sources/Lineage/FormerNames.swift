/// What variables and functions are called now that were called something else when lineage was recorded.
package struct FormerNames: Sendable {
    /// What has a name.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case variable, function
    }

    private var current: [Kind: [String: String]] = [:]
    /// Names that were given two new ones, as on two branches, with these. The first in order counts.
    package private(set) var doubtful: [(kind: Kind, name: String, to: [String])] = []

    package init() {}

    /// - Parameter renamings: in any order; each says what a name became, which may have become another one since.
    package init(_ renamings: [(kind: Kind, from: String, to: String)]) {
        for kind in Kind.allCases {
            let own = renamings.filter { $0.kind == kind }
            let choices = Dictionary(grouping: own, by: \.from).mapValues { $0.map(\.to).sorted() }
            let next = choices.compactMapValues(\.first)
            var names: [String: String] = [:]
            for name in next.keys.sorted() {
                if let all = choices[name], all.count > 1 { doubtful.append((kind, name, all)) }
                var seen: Set<String> = [name]
                var last = name
                // Two branches that rename in opposite directions make a circle when they are merged.
                while let further = next[last], seen.insert(further).inserted { last = further }
                if last != name { names[name] = last }
            }
            current[kind] = names.isEmpty ? nil : names
        }
    }

    package var isEmpty: Bool { current.isEmpty }

    /// What something is called now; the name itself if it never had another.
    package func current(_ kind: Kind, _ name: String) -> String { current[kind]?[name] ?? name }

    /// What else something is or was called, sorted: `name` may be the one that it has or one that it had.
    package func others(_ kind: Kind, than name: String) -> [String] {
        guard let names = current[kind] else { return [] }
        let now = current(kind, name)
        return (names.filter { $0.value == now }.keys + [now]).filter { $0 != name }.sorted()
    }
}

extension LineageRecord {
    /// The record with the names that its inputs' variables have now.
    package func renamingInputs(by names: FormerNames) -> LineageRecord {
        guard !names.isEmpty else { return self }
        var record = self
        for (index, input) in inputs.enumerated() {
            record.inputs[index].variable = input.variable.map { names.current(.variable, $0) }
        }
        return record
    }

    /// The same with the name that its function has now.
    package func renaming(by names: FormerNames) -> LineageRecord {
        guard !names.isEmpty else { return self }
        var record = renamingInputs(by: names)
        if case .call(var function, let invocation) = origin {
            function.name = names.current(.function, function.name)
            record.origin = .call(function, invocation: invocation)
        }
        return record
    }
}

extension FunctionRecord {
    /// The same function under another name: its own code says nothing of what it is called.
    package func named(_ name: String) -> FunctionRecord {
        var record = self
        record.name = name
        if case .derived(let parts) = basis {
            record.basis = .derived(
                parts.map { part in
                    part.kind == "thunk" && part.name == self.name
                        ? Part(kind: part.kind, name: name, digest: part.digest) : part
                })
        }
        return record
    }
}
