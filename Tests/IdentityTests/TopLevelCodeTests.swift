import Testing

@Suite("Globals of main.swift")
struct TopLevelCodeTests {
    private static let gen = "final class Gen { var n = 0; func next() -> Int { n += 1; return n } }\n"

    static let other: [SourcePair] = [
        .init(
            "a constant of guard",
            "guard let rate = Int(\"@@\") else { fatalError() }\n@Thunk func f(_ x: Int) -> Int { rate * x }",
            "2", "3"),
        .init(
            "a constant of guard case",
            "guard case let rate = @@ else { fatalError() }\n@Thunk func f(_ x: Int) -> Int { rate * x }",
            "2",
            "3"),
        .init(
            "the order in which constants are set",
            gen
                + "let gen = Gen()\nlet a = gen.next()\nlet b = gen.next()\n@Thunk func f(_ x: Int) -> Int { a * 10 + b }",
            gen
                + "let gen = Gen()\nlet b = gen.next()\nlet a = gen.next()\n@Thunk func f(_ x: Int) -> Int { a * 10 + b }"
        ),
        .init(
            "a use before the constant is set",
            "@Thunk func f(_ x: Int) -> Int { a }\nlet a = 5\nlet b = f(1)\nprint(b)",
            "@Thunk func f(_ x: Int) -> Int { a }\nlet b = f(1)\nlet a = 5\nprint(b)"),
        .init(
            "an object that the program changes",
            "final class Config { var rate = 1 }\nlet config = Config()\nconfig.rate = @@\n@Thunk func f(_ x: Int) -> Int { config.rate }",
            "5", "6"),
        .init(
            "a variable of a type that the program changes",
            "enum Config { nonisolated(unsafe) static var rate = 1 }\nConfig.rate = @@\n@Thunk func f(_ x: Int) -> Int { Config.rate }",
            "5", "6"),
    ]

    @Test("Other identity", arguments: other)
    func isOther(_ pair: SourcePair) throws {
        let (first, second) = try IdentityFixture.identities(pair, path: "/p/Sources/M/main.swift")
        #expect(first != second)
    }

    @Test("A variable of another file that the program changes")
    func otherFile() throws {
        func identity(_ value: Int) -> String? {
            IdentityFixture.identity(in: [
                ("/p/A.swift", "nonisolated(unsafe) var rate = 1\n@Thunk func f(_ x: Int) -> Int { rate }"),
                ("/p/main.swift", "rate = \(value)"),
            ])
        }
        let first = try #require(identity(5))
        #expect(identity(6) != first)
    }

    @Test("A literal at the top of the file is set before anything runs: what follows does not count")
    func literal() throws {
        let pair = SourcePair(
            "",
            "import Stemma\nlet rate: Double = 360, name = \"a\"\n@Thunk func f(_ x: Double) -> Double { x * rate }\nprint(@@)",
            "1", "2")
        let (first, second) = try IdentityFixture.identities(pair, path: "/p/Sources/M/main.swift")
        #expect(first == second)
    }
}
