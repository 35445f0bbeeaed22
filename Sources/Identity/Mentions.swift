/// What a declaration says of others.
struct Mentions {
    /// Names of whatever is used: values, functions, types, members, operators.
    var names: Set<String> = []
    /// Names of types that stand where a protocol can: `any P`, `<T: P>`, `as? P`.
    var types: Set<String> = []
    /// The conditions of `#if`, as text that can stand behind `#if` again.
    var conditions: Set<String> = []
    /// Whether it asks for its place: `#line`, `#column`, `#fileID`.
    var position = false
    /// Whether it asks for its path: `#file`, `#filePath`.
    var path = false
    /// Whether a value of any type at all can be in it.
    var anything = false

    mutating func add(_ name: String) {
        names.insert(name)
        // The storage and the projection of a wrapped property go by names that are made of its own.
        if let first = name.first, first == "_" || first == "$", name.count > 1 {
            names.insert(String(name.dropFirst()))
        }
    }
}
