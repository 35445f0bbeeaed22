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

    private static let config = "final class Config: @unchecked Sendable { var rate = 1 }\n"

    /// What another file may hold that the program changes, how the function reads it, and how the program sets it.
    static let changeable: [(what: String, declared: String, read: String, set: String)] = [
        ("an object in a constant", config + "let config = Config()", "config.rate", "config.rate = @@"),
        (
            "an object in a constant of a type", config + "enum E { static let config = Config() }",
            "E.config.rate", "E.config.rate = @@"
        ),
        (
            "an object in a constant of an extension",
            config + "enum E {}\nextension E { static let all = [Config()] }", "E.all[0].rate",
            "E.all[0].rate = @@"
        ),
        (
            "an object in a structure",
            config + "struct Box { let inner: Config }\nlet box = Box(inner: Config())", "box.inner.rate",
            "box.inner.rate = @@"
        ),
        (
            "an object in a case", config + "enum Box { case one(Config) }\nlet box: Box = .one(Config())",
            "read(box)", "change(box, @@)"
        ),
        (
            "an object in a generic structure",
            config + "struct Box<T> { let inner: T }\nlet box = Box(inner: Config())", "box.inner.rate",
            "box.inner.rate = @@"
        ),
        (
            "an object that an operator makes of numbers",
            config + "func * (a: Int, b: Int) -> Config { Config() }\nlet config = 2 * 3", "config.rate",
            "config.rate = @@"
        ),
        (
            "an object under the name of an alias",
            config + "typealias Date = Config\nlet config: Date = Date()",
            "config.rate", "config.rate = @@"
        ),
        (
            "an object of another module", "let rate = Mutex(1)", "rate.withLock { $0 }",
            "rate.withLock { $0 = @@ }"
        ),
        (
            "a closure that holds an object", config + "let read = { [config = Config()] in config }",
            "read().rate", "read().rate = @@"
        ),
        (
            "a closure in a property", config + "struct S { var read = { 1 } }\nlet s = S(read: make())",
            "s.read()", "made.rate = @@"
        ),
        (
            "an object in a constant of a type inside of a function",
            config + "func config() -> Config { enum E { static let one = Config() }; return E.one }",
            "config().rate", "config().rate = @@"
        ),
        (
            "a variable of a type inside of a function",
            "func rate(_ new: Int?) -> Int { enum E { nonisolated(unsafe) static var rate = 1 }; if let new { E.rate = new }; return E.rate }",
            "rate(nil)", "_ = rate(@@)"
        ),
        (
            "an object that only another module hands out",
            config + "func config() -> Config? { Thread.current.threadDictionary[0] as? Config }",
            "config()?.rate ?? 0", "config()?.rate = @@"
        ),
        ("a variable", "nonisolated(unsafe) var rate = 1", "rate", "rate = @@"),
    ]

    /// The identity of a function in a file of its own when the program sets what it reads.
    private static func identity(_ value: Int, _ number: Int, program: (String) -> (String, String))
        -> String?
    {
        let (_, declared, read, set) = changeable[number]
        return IdentityFixture.identity(in: [
            ("/p/A.swift", "\(declared)\n@Thunk func f(_ x: Int) -> Int { \(read) }"),
            program(set.replacing("@@", with: String(value))),
        ])
    }

    @Test("What another file holds and the program changes", arguments: changeable.indices)
    func changedByProgram(_ number: Int) throws {
        let first = try #require(Self.identity(5, number) { ("/p/main.swift", $0) })
        #expect(
            Self.identity(6, number) { ("/p/main.swift", $0) } != first, "\(Self.changeable[number].what)")
    }

    @Test("What another file holds and a type marked @main changes", arguments: changeable.indices)
    func changedByMain(_ number: Int) throws {
        func program(_ statement: String) -> (String, String) {
            (
                "/p/App.swift",
                "@main struct App { static func main() { start() } }\nfunc start() { \(statement) }"
            )
        }
        let first = try #require(Self.identity(5, number, program: program))
        #expect(Self.identity(6, number, program: program) != first, "\(Self.changeable[number].what)")
    }

    @Test(
        "What the program does, does not count for a constant that holds no object",
        arguments: [
            ("let c = 5", "c"), ("let c: Double = 2 * .pi", "Int(c)"), ("let c = [1: [\"a\"]]", "c.count"),
            ("enum E { static let c: [Int?] = make() }", "E.c.count"), ("let c = (1, -2.5)", "c.0"),
            ("let c = 24 * (60 + 1)", "c"), ("let c = Date()", "g(c)"), ("let c = Int(\"5\")!", "c"),
            ("let c = { (x: Int) in x + 1 }", "c(x)"),
            ("let c: @Sendable (Int) -> Int = { $0 + 1 }", "c(x)"),
            (
                "struct S: Codable, Sendable { var a = 1; var b: [S]; var n: Int { a } }\nlet c = S(b: [])",
                "c.a"
            ),
            (
                "struct S: P { let kind: Kind; static let usual = S(kind: .a) }\nprotocol P {}\nenum Kind: String { case a, b }",
                "S.usual.n"
            ),
            ("indirect enum T { case leaf(Int), node(T, T) }\nlet c: T = .leaf(1)", "c.sum"),
            ("final class C { let a = 1; func m() { var b = 1; b += 1 } }", "C().a"),
        ])
    func plainConstant(_ declared: String, _ read: String) throws {
        func identity(_ value: Int) -> String? {
            IdentityFixture.identity(in: [
                ("/p/A.swift", "\(declared)\n@Thunk func f(_ x: Int) -> Int { \(read) }"),
                ("/p/main.swift", "print(\(value))"),
            ])
        }
        let first = try #require(identity(5))
        #expect(identity(6) == first)
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
