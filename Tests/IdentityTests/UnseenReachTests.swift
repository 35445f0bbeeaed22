import StemmaIdentity
import Testing

@Suite("What an identity reaches without its name being there")
struct UnseenReachTests {
    private static let s = "struct S {}\n"

    static let pairs: [SourcePair] = [
        .init(
            "the cases of the enumeration around",
            "enum N: CaseIterable { case @@; @Thunk static func f(_ x: Int) -> Int { allCases.count } }",
            "a, b", "a, b, c"),
        .init(
            "the cases of the enumeration around the enumeration around",
            "enum N: CaseIterable { case @@; enum M { @Thunk static func f(_ x: Int) -> Int { allCases.count } } }",
            "a, b", "a, b, c"),
        .init(
            "what the type around conforms to, by an extension",
            "enum N { @Thunk static func f(_ x: Int) -> Int { h() } }\nextension N: @@ {}", "One", "Two"),
        .init(
            "what the type around makes of a literal",
            "struct N: AdditiveArithmetic, ExpressibleByIntegerLiteral { init(integerLiteral i: Int) { v = @@ } }\nextension N { @Thunk static func f(_ x: Int) -> String { \"\\(zero)\" } }",
            "1", "2"),
        .init(
            "cases, which conform without a word",
            "enum N { case a@@; @Thunk static func f(_ x: Int) -> Int { h() } }", "", "(S)"),
        .init(
            "what a macro in an expression names",
            "func helper() -> Int { @@ }\n@Thunk func f(_ x: Int) -> Int { #callHelper() }", "1", "2"),
        .init(
            "what a macro at a declaration names",
            "func helper() -> Int { @@ }\n@Peer func two() {}\n@Thunk func f(_ x: Int) -> Int { twoPeer() }",
            "1",
            "2"),
        .init(
            "what a macro with an underscore makes",
            "@_Peer func one() -> Int { @@ }\n@Thunk func f(_ x: Int) -> Int { onePeer() }", "1", "2"),
        .init(
            "what a macro makes that bears the name of a nested wrapper",
            "enum O { @propertyWrapper struct Peer { var wrappedValue = 1 } }\n@Peer func two() -> Int { @@ }\n@Thunk func f(_ x: Int) -> Int { twoPeer() }",
            "1", "2"),
        .init(
            "what a macro makes that bears the name of a wrapper",
            "@propertyWrapper struct Peer { var wrappedValue = 1 }\n@Peer func two() -> Int { @@ }\n@Thunk func f(_ x: Int) -> Int { twoPeer() }",
            "1", "2"),
        .init(
            "what a macro makes in a type",
            "func helper() -> Int { @@ }\nenum O { #members }\n@Thunk func f(_ x: Int) -> Int { O.one }", "1",
            "2"),
        .init(
            "the line of a macro", "@@@Peer func two() {}\n@Thunk func f(_ x: Int) -> Int { twoPeer() }", "",
            "\n"),
        .init(
            "an extension of another module's type when a nested type has its name",
            s
                + "enum Token { struct Array {} }\nextension Array { subscript(s: S) -> Int { @@ } }\n@Thunk func f(_ x: [Int]) -> Int { x[S()] }",
            "1", "2"),
        .init(
            "an extension of what an alias in a type stands for",
            s
                + "struct Outer { typealias Text = String }\nextension Outer.Text { subscript(s: S) -> Int { @@ } }\n@Thunk func f(_ x: Int) -> Int { \"a\"[S()] }",
            "1", "2"),
        .init(
            "a conformance by an alias",
            "typealias Message = String\nextension Message: @retroactive LocalizedError {}\nextension String { public var errorDescription: String? { \"@@\" } }\n@Thunk func f(_ x: Int) -> String { do { throw \"a\" } catch { return error.localizedDescription } }",
            "1", "2"),
        .init(
            "an extension of another module's type when a type under another condition has its name",
            s
                + "#if A\nstruct Matrix {}\n#endif\nextension Matrix { subscript(s: S) -> Int { @@ } }\n@Thunk func f(_ x: Int) -> Int { other[S()] }",
            "1", "2"),
        .init(
            "what conforms by a refining protocol",
            "struct T: Codable { let a = @@ }\n@Thunk func f(_ x: any Encodable) -> Int { 0 }", "1", "2"),
        .init(
            "what conforms to a protocol with its module's name",
            "struct T: Encodable { let a = @@ }\n@Thunk func f(_ x: any Swift.Encodable) -> Int { 0 }", "1",
            "2"),
        .init(
            "what conforms to a protocol without any",
            "struct T: LocalizedError { let a = @@ }\n@Thunk func f(_ x: Result<Int, Error>) -> Int { 0 }",
            "1", "2"),
    ]

    @Test("A change outside of the function", arguments: pairs)
    func isOther(_ pair: SourcePair) throws {
        let name = ["enum M", "enum N", "struct N"].first(where: pair.first.contains)
        let prefix = name.map { $0 == "enum M" ? "N.M." : "\($0.suffix(1))." } ?? ""
        let (first, second) = try IdentityFixture.identities(pair, of: prefix + "f")
        #expect(first != second)
    }

    @Test("A private type of another file does not stand for another module's")
    func privateName() throws {
        func identity(_ number: Int) -> String? {
            IdentityFixture.identity(in: [
                ("/p/A.swift", "private struct Array {}"),
                (
                    "/p/B.swift",
                    "struct S {}\nextension Array { subscript(s: S) -> Int { \(number) } }\n@Thunk func f(_ x: [Int]) -> Int { x[S()] }"
                ),
            ])
        }
        let first = try #require(identity(1))
        #expect(identity(2) != first)
    }

    @Test("A namespace is not reached by its functions, and a known attribute is no macro")
    func reachesNoMore() {
        #expect(
            IdentityFixture.reach(
                of: "N.f",
                in: """
                    enum N { static let a = 1; @Thunk static func f(_ x: Int) -> Int { x } }
                    struct Other: Codable { @Clamped var a = 1 }
                    @propertyWrapper struct Clamped { var wrappedValue: Int }
                    enum Outer {
                        @resultBuilder enum Builder { static func buildBlock(_ x: Int) -> Int { x } }
                        @Builder static func g() -> Int { 1 }
                    }
                    """) == [])
    }
}
