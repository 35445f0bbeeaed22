import Testing

@Suite("White space in names of parts, conditions and strings")
struct SpacingTests {
    static let same: [SourcePair] = [
        .init(
            "a condition", "@Thunk func f(_ x: Int) -> Int { \n#if @@\nx\n#else\n1\n#endif\n}", "A||B",
            "A || B"),
        .init(
            "a condition with a comment", "@Thunk func f(_ x: Int) -> Int { \n#if @@\nx\n#else\n1\n#endif\n}",
            "os(Linux)&&B", "os( Linux ) /* c */ && B"),
        .init(
            "a tuple of constants", "let @@ = (1, 2)\n@Thunk func f(_ x: Int) -> Int { a + b }", "(a,b)",
            "(a, b)"),
        .init(
            "an extension of a dictionary",
            "extension @@ { init(s: S) {} }\n@Thunk func f(_ x: Int) -> Int { x }",
            "[String:Int]", "[String: Int]"),
        .init(
            "an extension of an array",
            "extension @@ { init(s: S) {} }\n@Thunk func f(_ x: Int) -> Int { x }",
            "Array<Int>", "Array< Int >"),
        .init(
            "line breaks of another system",
            "@Thunk func f(_ x: Int) -> String { \"\"\"@@  a\\n@@  b@@  \"\"\" }",
            "\n", "\r\n"),
        .init("line breaks everywhere", "@Thunk func f(@@_ x: Int@@) -> Int {@@x@@}", "\n", "\r\n"),
    ]

    @Test("Same identity", arguments: same)
    func isSame(_ pair: SourcePair) throws {
        let (first, second) = try IdentityFixture.identities(pair)
        #expect(first == second)
    }

    @Test("Conditions can stand behind #if again")
    func conditions() throws {
        let text =
            "@Thunk func f(_ x: Int) -> Int { \n#if swift( >=6.0 )&&(!A||canImport( B , _version: 1 ))\n1\n#endif\n}"
        let identity = try #require(IdentityFixture.identity(in: text))
        #expect(identity.hasSuffix("#if swift(>=6.0) && (!A || canImport(B,_version:1))"))
    }
}
