import StemmaIdentity
import Testing

@Suite("A function that gets another name")
struct OwnNameTests {
    /// The digest of the function itself, under two names.
    private func digests(_ pair: SourcePair) throws -> [String] {
        try ["first", "second"].map { name in
            let text = (name == "first" ? pair.first : pair.second)
            var identities = FunctionIdentities(files: [SourceFile(path: "/p/File.swift", text: text)])
            let function = try #require(identities.all().first { $0.thunk.name == name })
            return try #require(function.parts.first { $0.kind == "thunk" }).digest.hex
        }
    }

    private static let same = [
        SourcePair("nothing mentions it", "@Thunk func @@(_ x: Int) -> Int { x + 1 }", "first", "second"),
        SourcePair(
            "what it calls stays", "func g(_ x: Int) -> Int { x }\n@Thunk func @@(_ x: Int) -> Int { g(x) }",
            "first",
            "second"),
        SourcePair(
            "another thunk gets its name later",
            "@Thunk func @@(_ x: Int) -> Int { x }\nstruct Other { var mean = 2 }", "first", "second"),
    ]

    @Test("Its own text is the same", arguments: same)
    func isSame(_ pair: SourcePair) throws {
        let digests = try digests(pair)
        #expect(digests[0] == digests[1])
    }

    private static let other = [
        SourcePair(
            "it calls itself", "@Thunk func @@(_ x: Int) -> Int { x < 1 ? 0 : @@(x - 1) }", "first", "second"),
        SourcePair(
            "it calls what may be an overload of it",
            "func first<T>(_ x: T) -> Int { 1 }\n@Thunk func @@(_ x: Double) -> Int { x > 1 ? first(x - 1.0) : 0 }",
            "first", "second"),
        SourcePair(
            "what it reaches calls what may be an overload of it",
            """
            func first<T>(_ x: T) -> Int { 1 }
            func helper(_ x: Double) -> Int { first(x) }
            @Thunk func @@(_ x: Double) -> Int { x > 1 ? helper(x) : 0 }
            """, "first", "second"),
        SourcePair(
            "it tells its name", "@Thunk func @@(_ x: Int) -> String { #function }", "first", "second"),
        SourcePair(
            "what it calls is told its name",
            "func g(_ f: String = #function) -> String { f }\n@Thunk func @@(_ x: Int) -> String { g() }",
            "first",
            "second"),
        SourcePair(
            "a macro that nobody knows may read it", "@Thunk func @@(_ x: Int) -> String { #unknown }",
            "first",
            "second"),
    ]

    @Test("Its name counts where something can tell it", arguments: other)
    func isOther(_ pair: SourcePair) throws {
        let digests = try digests(pair)
        #expect(digests[0] != digests[1])
    }
}
