/// What a declaration says of others.
struct Mentions {
    /// Names of whatever is used: values, functions, types, members, operators.
    var names: Set<String> = []
    /// Names of types that stand where a protocol can: `any P`, `<T: P>`, `as? P`.
    var types: Set<String> = []
    /// Those of them that are protocols, whose values can be of any type that conforms.
    var protocols: Set<String> = []
    /// The conditions of `#if`, as text that can stand behind `#if` again.
    var conditions: Set<String> = []
    /// What it asks of its own place.
    var place: Place = []
    /// Whether a value of any type at all can be in it, or code that stands nowhere in the sources.
    var anything = false
    /// Whether a macro can read its text and its place.
    var expandsMacro = false

    mutating func add(_ name: String) {
        names.insert(name)
        // The storage and the projection of a wrapped property go by names that are made of its own.
        if let first = name.first, first == "_" || first == "$", name.count > 1 {
            names.insert(String(name.dropFirst()))
        }
    }
}

/// What code can ask of the place where it stands, or where it is called from.
struct Place: OptionSet {
    let rawValue: UInt8

    /// `#line`, `#column`, `#fileID`.
    static let position = Place(rawValue: 1)
    /// `#file`, `#filePath`.
    static let path = Place(rawValue: 2)
    /// `#function`.
    static let function = Place(rawValue: 4)

    /// What one of the compiler's own macros asks for; `nil` for any other.
    init?(macro name: String) {
        switch name {
        case "line", "column", "fileID": self = .position
        case "file", "filePath": self = .path
        case "function": self = .function
        default: return nil
        }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// What is known of macros by name.
enum KnownMacros {
    /// The compiler's own besides those of a `Place`: none of them declares anything or reads names.
    static let builtIn: Set<String> = ["dsohandle", "selector", "keyPath", "warning", "error", "available"]
}
