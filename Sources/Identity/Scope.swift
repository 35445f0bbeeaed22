/// The names that one pair of braces, closure or parameter list declares.
struct Scope {
    /// What a name stands for inside a function.
    enum Entry {
        /// A variable, constant or parameter: its name does not matter.
        case local(Int)
        /// A nested function: its name does not matter either, but a call may still mean an overload outside.
        case function(Int)
        /// A type, a generic parameter, or a name that Swift gives, such as `error`: it is written as it is.
        case asWritten
    }

    /// What can be used from here on.
    var entries: [String: Entry] = [:]
    /// What is declared further down. A statement above the declaration does not see it; a function, closure or type
    /// above it may.
    var pending: Set<String> = []
    /// Names that mean something else here than they seem to, or nothing.
    var doubtful: Set<String> = []
    /// Whether what is inside can run when the block around it has gone on.
    var isFunction = false
    /// Whether this is a type's: its members come before the locals of the functions around it.
    var isType = false
}

/// The scopes around a place in a function, the innermost last.
struct ScopeStack {
    /// What a name means at a place.
    enum Meaning {
        case entry(Scope.Entry)
        /// A declaration outside of the function, or a member.
        case outside
        /// Which of two it is cannot be told from the syntax alone.
        case doubtful
    }

    private var scopes: [Scope] = []

    var isEmpty: Bool { scopes.isEmpty }

    mutating func push(_ scope: Scope = Scope()) { scopes.append(scope) }

    mutating func pop() { scopes.removeLast() }

    mutating func insert(_ name: String, _ entry: Scope.Entry) {
        guard let last = scopes.indices.last else { return }
        scopes[last].entries[name] = entry
        scopes[last].pending.remove(name)
    }

    mutating func expect(_ names: some Sequence<String>) {
        guard let last = scopes.indices.last else { return }
        scopes[last].pending.formUnion(names)
    }

    /// Whether the innermost scope declares the name.
    func declares(_ name: String) -> Bool {
        scopes.last.map { $0.entries[name] != nil || $0.pending.contains(name) } ?? false
    }

    func meaning(of name: String) -> Meaning {
        var passedType = false
        var passedFunction = false
        for scope in scopes.reversed() {
            if scope.doubtful.contains(name) || (scope.pending.contains(name) && passedFunction) {
                return .doubtful
            }
            if let entry = scope.entries[name] {
                if case .asWritten = entry { return .entry(entry) }
                return passedType ? .doubtful : .entry(entry)
            }
            passedType = passedType || scope.isType
            passedFunction = passedFunction || scope.isFunction || scope.isType
        }
        return .outside
    }
}
