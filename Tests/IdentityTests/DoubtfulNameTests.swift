import Testing

@Suite("Names of which only Swift knows what they mean")
struct DoubtfulNameTests {
    static let other: [SourcePair] = [
        .init(
            "a constant of guard in #if",
            "let y = @@\n@Thunk func f(_ x: Int) -> Int { let o: Int? = x\n#if A\nguard let y = o else { return 0 }\n#endif\nreturn y }",
            "10", "20"),
        .init(
            "a case of guard in #if",
            "let y = @@\n@Thunk func f(_ x: Int) -> Int { let o: Int? = x\n#if A\nguard case let y? = o else { return 0 }\n#endif\nreturn y }",
            "10", "20"),
        .init(
            "a constant of guard in #if, used in #else",
            "let y = @@\n@Thunk func f(_ x: Int) -> Int { { let o: Int? = x\n#if A\nguard let y = o else { return 0 }\n#else\nreturn y\n#endif\nreturn 0 }() }",
            "10", "20"),
        .init(
            "a constant of the name self",
            "struct S { var v: Int; func m(_ o: S) -> Int { let @@ = o; return self.v } }\n@Thunk func f(_ x: Int) -> Int { S(v: 1).m(S(v: 2)) }",
            "`self`", "other"),
        .init(
            "a parameter of the name self",
            "struct S { var v: Int; func m(_ @@: S) -> Int { self.v } }\n@Thunk func f(_ x: Int) -> Int { S(v: 1).m(S(v: 2)) }",
            "`self`", "other"),
        .init(
            "a closure's parameter of the name self",
            "struct S { var v: Int; func m(_ o: [S]) -> [Int] { o.map { @@ in self.v } } }\n@Thunk func f(_ x: Int) -> Int { S(v: 1).m([])[0] }",
            "`self`", "other"),
        .init(
            "a loop's variable of the name self",
            "struct S { var v: Int; func m(_ o: [S]) -> Int { for @@ in o { return self.v }; return 0 } }\n@Thunk func f(_ x: Int) -> Int { S(v: 1).m([]) }",
            "`self`", "other"),
        .init(
            "a constant of the name Self",
            "struct S { static let v = 1; func m(_ o: T) -> Int { let @@ = o; return Self.v } }\n@Thunk func f(_ x: Int) -> Int { S().m(T()) }",
            "`Self`", "other"),
        .init(
            "names that look the same",
            "@Thunk func f(_ \u{E9}: Int, _ e\u{301}: Int) -> Int { @@ }", "\u{E9}", "e\u{301}"),
        .init(
            "labels that look the same",
            "@Thunk func f(_ x: Int) -> Int { \u{E9}: while true { e\u{301}: while true { break @@ } }; return x }",
            "\u{E9}", "e\u{301}"),
        .init(
            "a function that a default tells of",
            "func g(_ n: String = #function) -> String { n }\n@Thunk func f(_ x: Int) -> String { func @@() -> String { g() }; return @@() }",
            "a", "b"),
        .init(
            "an initialiser that tells of a function",
            "struct G { init(_ n: String = #function) {} }\n@Thunk func f(_ x: Int) -> String { func @@() -> G { G() }; return \"\\(@@())\" }",
            "a", "b"),
        .init(
            "a computed variable that tells its name",
            "@Thunk func f(_ x: Int) -> String { var @@: String { #function }; return @@ }", "a", "b"),
        .init(
            "a getter that tells its name",
            "@Thunk func f(_ x: Int) -> String { var @@: String { get { #function } }; return @@ }", "a", "b"),
        .init(
            "a lazy variable that tells its name",
            "@Thunk func f(_ x: Int) -> String { lazy var @@: String = #function; return @@ }", "a", "b"),
        .init(
            "an observer that tells its name",
            "@Thunk func f(_ x: Int) -> String { var log = \"\"; var @@ = 1 { didSet { log = #function } }; @@ = 2; return log }",
            "a", "b"),
        .init(
            "a call between bare slashes",
            "func h() -> Int { @@ }\nfunc k(_ o: (Int, Int) -> Int, _ p: Int) -> Int { p }\n@Thunk func f(_ x: Int) -> Int { k(/, h()/1) }",
            "1", "2"),
        .init(
            "a local between bare slashes",
            "let y = 1\n@Thunk func f(_ x: Int) -> Int { let @@ = 2; return k(/, y/1) + @@ }", "y", "z"),
        .init(
            "a line number between bare slashes", "@@@Thunk func f(_ x: Int) -> Int { k(/, #line/1) }", "",
            "\n"),
        .init(
            "what is handed to the case below",
            "enum E { case a(Int, Int), b(Int, Int) }\n@Thunk func f(_ x: Int, _ y: Int) -> String { switch E.a(x, y) { case .a(@@): fallthrough; case .b(let p, let q): return \"\\(p) \\(q)\" } }",
            "let p, let q", "let q, let p"),
        .init(
            "what is handed on from inside of if, to a case in #if",
            "enum E { case a(Int, Int), b(Int, Int) }\n@Thunk func f(_ x: Int, _ y: Int) -> String { switch E.a(x, y) { case .a(@@): if p > 0 { fallthrough }; return \"\"\n#if A\ncase .b(let p, let q): return \"\\(p) \\(q)\"\n#endif\n} }",
            "let p, let q", "let q, let p"),
    ]

    @Test("Other identity", arguments: other)
    func isOther(_ pair: SourcePair) throws {
        let (first, second) = try IdentityFixture.identities(pair)
        #expect(first != second)
    }

    static let same: [SourcePair] = [
        .init(
            "a constant of guard",
            "@Thunk func f(_ x: Int?) -> Int { guard let @@ = x else { return 0 }; return @@ }",
            "y", "z"),
        .init(
            "a name beside others of its looks", "@Thunk func f(_ \u{E9}: Int, _ @@: Int) -> Int { \u{E9} }",
            "a", "b"),
        .init(
            "a constant beside #function",
            "@Thunk func f(_ x: Int) -> String { let @@ = #function; return @@ }", "a", "b"),
        .init(
            "a regular expression",
            "@Thunk func f(_ x: Int) -> Bool { let @@ = 1; return #/b/# ~= \"\\(@@)\" }", "a",
            "c"),
    ]

    @Test("Same identity", arguments: same)
    func isSame(_ pair: SourcePair) throws {
        let (first, second) = try IdentityFixture.identities(pair)
        #expect(first == second)
    }
}
