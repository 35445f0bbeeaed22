import Testing
import StemmaIdentity

/// Identities of functions in sources that a test writes down.
enum IdentityFixture {
    /// What the identity of a thunk is made of, as one text; `nil` when there is no such thunk.
    ///
    /// - Parameter others: sources of other targets.
    static func identity(
        of name: String = "f", in files: [(path: String, text: String)], others: [String] = []
    ) -> String? {
        var identities = FunctionIdentities(
            files: files.map { SourceFile(path: $0.path, text: $0.text) },
            others: others.map { SourceFile(path: "/p/Other.swift", text: $0) })
        guard let function = identities.all().first(where: { $0.thunk.name == name }) else { return nil }
        let signature = function.thunk.parameters.map { "\($0.firstName.text): \($0.type.trimmed)" }
        let parts = function.parts.map { "\($0.kind) \($0.name) \($0.digest.hex)" }
        return (signature + parts + function.conditions.map { "#if \($0)" }).joined(separator: "\n")
    }

    static func identity(of name: String = "f", in text: String) -> String? {
        identity(of: name, in: [("/p/Sources/M/File.swift", text)])
    }

    /// The names of what a thunk reaches, without itself.
    static func reach(of name: String = "f", in text: String) -> [String] {
        var identities = FunctionIdentities(files: [SourceFile(path: "/p/Sources/M/File.swift", text: text)])
        let function = identities.all().first { $0.thunk.name == name }
        return (function?.parts ?? []).filter { !["thunk", "import"].contains($0.kind) }.map(\.name)
    }
}

/// Two sources, and why their identities are the same or not.
struct SourcePair: Sendable, CustomTestStringConvertible {
    let what: String
    let first: String
    let second: String

    init(_ what: String, _ first: String, _ second: String) {
        self.what = what
        self.first = first
        self.second = second
    }

    var testDescription: String { what }
}
