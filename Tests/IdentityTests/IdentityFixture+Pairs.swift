import StemmaIdentity
import Testing

extension IdentityFixture {
    /// The identities of the thunk in two versions of a module, of one or more files.
    static func identities(
        _ pair: SourcePair, of name: String = "f", path: String = "/p/Sources/M/File.swift"
    ) throws -> (first: String, second: String) {
        (
            try #require(identity(of: name, in: [(path, pair.first)])),
            try #require(identity(of: name, in: [(path, pair.second)]))
        )
    }

    /// Why a thunk is refused when the whole module is seen.
    static func problem(in text: String) -> String? {
        var identities = FunctionIdentities(files: [SourceFile(path: "/p/File.swift", text: text)])
        return identities.all().first?.problem
    }
}

extension SourcePair {
    /// A text with a word in two versions.
    init(_ what: String, _ text: String, _ first: String, _ second: String) {
        self.init(what, text.replacing("@@", with: first), text.replacing("@@", with: second))
    }
}
