import Glibc

/// What the command line reads of its surroundings, once; nothing below it looks at the environment.
struct Environment: Sendable {
    let store: String?
    let noColor: String?
    let terminal: String?
    let authorName: String?
    let authorEmail: String?

    init() {
        store = Self.value("STEMMA_STORE")
        // https://no-color.org: any value that is not empty.
        noColor = Self.value("NO_COLOR")
        terminal = Self.value("TERM")
        authorName = Self.value("GIT_AUTHOR_NAME")
        authorEmail = Self.value("GIT_AUTHOR_EMAIL")
    }

    /// All of it, for programs that are started: what is text, by name, and the rest, which is theirs to read.
    var all: (variables: [String: String], others: [[UInt8]]) {
        var variables: [String: String] = [:]
        var others: [[UInt8]] = []
        var next = environ
        while let entry = next.pointee {
            next += 1
            guard let text = String(validatingCString: entry) else {
                others.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
                continue
            }
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
        }
        return (variables, others)
    }

    /// An empty variable counts as one that is not set.
    private static func value(_ name: String) -> String? {
        guard let value = getenv(name), value[0] != 0 else { return nil }
        return String(cString: value)
    }
}
