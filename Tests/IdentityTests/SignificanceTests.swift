import Testing

@Suite("What matters to an identity")
struct SignificanceTests {
    static let inside: [SourcePair] = [
        .init(
            "a literal", "@Thunk func f(_ x: Int) -> Int { x + 1 }",
            "@Thunk func f(_ x: Int) -> Int { x + 2 }"),
        .init(
            "a string literal", "@Thunk func f(_ x: Int) -> String { \"a\" }",
            "@Thunk func f(_ x: Int) -> String { \"a \" }"),
        .init(
            "a line of a string", "@Thunk func f(_ x: Int) -> String { \"\"\"\n  a \\\n  b\n  \"\"\" }",
            "@Thunk func f(_ x: Int) -> String { \"\"\"\n  a \n  b\n  \"\"\" }"),
        .init(
            "indentation inside a string of several lines",
            "@Thunk func f(_ x: Int) -> String { \"\"\"\n  a\n   b\n  \"\"\" }",
            "@Thunk func f(_ x: Int) -> String { \"\"\"\n  a\n  b\n  \"\"\" }"),
        .init(
            "the name of a nested function that #function tells",
            "@Thunk func f(_ x: Int) -> String { func a() -> String { #function }; return a() }",
            "@Thunk func f(_ x: Int) -> String { func b() -> String { #function }; return b() }"),
        .init(
            "an operator", "@Thunk func f(_ x: Int) -> Int { x + 1 }",
            "@Thunk func f(_ x: Int) -> Int { x - 1 }"),
        .init(
            "where an operator is", "@Thunk func f(_ x: Int) -> Int { g(x - 1) }",
            "@Thunk func f(_ x: Int) -> Int { g(x, -1) }"),
        .init(
            "a line break that ends a statement",
            "@Thunk func f(_ x: Int) -> Int { let y = g(x)\n(y, x)\nreturn 1 }",
            "@Thunk func f(_ x: Int) -> Int { let y = g(x)(y, x)\nreturn 1 }"),
        .init(
            "a called name", "@Thunk func f(_ x: Double) -> Double { sin(x) }",
            "@Thunk func f(_ x: Double) -> Double { cos(x) }"),
        .init(
            "a member's name", "@Thunk func f(_ x: [Int]) -> Int? { x.first }",
            "@Thunk func f(_ x: [Int]) -> Int? { x.last }"),
        .init("a label", "@Thunk func f(a x: Int) -> Int { x }", "@Thunk func f(b x: Int) -> Int { x }"),
        .init(
            "a label of an argument", "@Thunk func f(_ x: Int) -> Int { g(a: x) }",
            "@Thunk func f(_ x: Int) -> Int { g(b: x) }"),
        .init(
            "the type of a parameter", "@Thunk func f(_ x: Int) -> Int { 1 }",
            "@Thunk func f(_ x: Double) -> Int { 1 }"),
        .init(
            "the order of parameters", "@Thunk func f(_ x: Int, _ y: Int) -> Int { x }",
            "@Thunk func f(_ y: Int, _ x: Int) -> Int { x }"),
        .init(
            "a default", "@Thunk func f(_ x: Int = 1) -> Int { x }",
            "@Thunk func f(_ x: Int = 2) -> Int { x }"),
        .init(
            "which local is used", "@Thunk func f(_ x: Int) -> Int { let a = 1, b = 2; return a }",
            "@Thunk func f(_ x: Int) -> Int { let a = 1, b = 2; return b }"),
        .init(
            "which of two closure parameters is used",
            "@Thunk func f(_ x: [Int]) -> Int { x.reduce(0) { a, b in a } }",
            "@Thunk func f(_ x: [Int]) -> Int { x.reduce(0) { a, b in b } }"),
        .init(
            "a local or a global", "let y = 1\n@Thunk func f(_ x: Int) -> Int { let z = 2; return z }",
            "let y = 1\n@Thunk func f(_ x: Int) -> Int { let z = 2; return y }"),
        .init(
            "a shadowed or an outer variable",
            "@Thunk func f(_ x: Int) -> Int { do { let x = 2; print(x) }; return x }",
            "@Thunk func f(_ x: Int) -> Int { let y = 2; do { print(y) }; return x }"),
        .init(
            "the outer variable behind if let",
            "@Thunk func f(_ x: Int?, _ y: Int?) -> Int { if let x { x } else { y! } }",
            "@Thunk func f(_ x: Int?, _ y: Int?) -> Int { if let y { y } else { y! } }"),
        .init(
            "a global beyond the reach of if let",
            "let y = 1\n@Thunk func f(_ x: Int?) -> Int { if let y = x { y } else { y } }",
            "let y = 1\n@Thunk func f(_ x: Int?) -> Int { if let z = x { z } else { x! } }"),
        .init(
            "a use before the declaration",
            "let y = 1\n@Thunk func f(_ x: Int) -> Int { let a = y; let y = 2; return a + y }",
            "let y = 1\n@Thunk func f(_ x: Int) -> Int { let y = 2; let a = y; return a + y }"),
        .init(
            "a nested function before the variable",
            "let y = 1\n@Thunk func f(_ x: Int) -> Int { func g() -> Int { y }; let y = 2; return g() + y }",
            "let y = 1\n@Thunk func f(_ x: Int) -> Int { func g() -> Int { y }; let z = 2; return g() + z }"),
        .init(
            "the error of catch or a parameter",
            "@Thunk func f(error: Int) -> Int { do { try g() } catch { print(error) }; return 0 }",
            "@Thunk func f(error: Int) -> Int { do { try g() } catch let e { print(error) }; return 0 }"),
        .init(
            "a member of a local type or a variable",
            "@Thunk func f(_ x: Int) -> Int { struct S { var a = 1; func m() -> Int { a } }; let b = 1; return S().m() + b }",
            "@Thunk func f(_ x: Int) -> Int { struct S { var b = 1; func m() -> Int { b } }; let b = 1; return S().m() + b }"
        ),
        .init(
            "names that a macro sees",
            "@Thunk func f(_ x: Int) -> String { let a = 1; return #stringify(a).1 }",
            "@Thunk func f(_ x: Int) -> String { let b = 1; return #stringify(b).1 }"),
        .init(
            "names that a wrapper makes others of",
            "@Thunk func f(_ x: Int) -> Int { @Clamped var a = 1; return _a.raw }",
            "@Thunk func f(_ x: Int) -> Int { @Clamped var b = 1; return _a.raw }"),
        .init(
            "a condition", "@Thunk func f(_ x: Int) -> Int { \n#if A\nx\n#else\n1\n#endif\n}",
            "@Thunk func f(_ x: Int) -> Int { \n#if B\nx\n#else\n1\n#endif\n}"),
        .init(
            "a clause that is not compiled",
            "@Thunk func f(_ x: Int) -> Int { \n#if A\nx\n#else\n1\n#endif\n}",
            "@Thunk func f(_ x: Int) -> Int { \n#if A\nx\n#else\n2\n#endif\n}"),
        .init(
            "throws", "@Thunk func f(_ x: Int) -> Int { x }", "@Thunk func f(_ x: Int) throws -> Int { x }"),
        .init(
            "an attribute", "@Thunk func f(_ x: Int) -> Int { x }",
            "@Thunk @MainActor func f(_ x: Int) -> Int { x }"),
        .init(
            "an import", "import Stemma\n@Thunk func f(_ x: Double) -> Double { sin(x) }",
            "import Stemma\nimport Foundation\n@Thunk func f(_ x: Double) -> Double { sin(x) }"),
        .init(
            "a line number", "@Thunk func f(_ x: Int) -> Int { #line }",
            "\n@Thunk func f(_ x: Int) -> Int { #line }"),
        .init(
            "a line number that a callee asks for",
            "func g(_ l: Int = #line) -> Int { l }\n@Thunk func f(_ x: Int) -> Int { g() }",
            "func g(_ l: Int = #line) -> Int { l }\n@Thunk func f(_ x: Int) -> Int {\n g() }"),
        .init(
            "a statement's label",
            "@Thunk func f(_ x: Int) -> Int { a: while true { b: while true { break a } } ; return x }",
            "@Thunk func f(_ x: Int) -> Int { a: while true { b: while true { break b } } ; return x }"),
        .init(
            "a generic parameter or a variable",
            "@Thunk func f(_ T: Int) -> Int { func g<T>(_ t: T) -> Any { T.self }; return 1 }",
            "@Thunk func f(_ T: Int) -> Int { func g<U>(_ t: U) -> Any { T.self }; return 1 }"),
        .init(
            "a loop over a variable of its own name",
            "@Thunk func f(_ x: [Int]) -> Int { for x in x { print(x) }; return 0 }",
            "@Thunk func f(_ x: [Int]) -> Int { for y in x { print(x) }; return 0 }"),
        .init(
            "a closure's parameter or the variable around it",
            "@Thunk func f(_ x: [Int]) -> [Int] { let a = 1; return x.map { (a: Int) in a } }",
            "@Thunk func f(_ x: [Int]) -> [Int] { let a = 1; return x.map { (b: Int) in a } }"),
        .init(
            "a captured value or the variable around it",
            "@Thunk func f(_ x: Int) -> Int { let a = 1; return { [a = x] in a }() }",
            "@Thunk func f(_ x: Int) -> Int { let a = 1; return { [b = x] in a }() }"),
        .init(
            "a bound variable or a value to match",
            "@Thunk func f(_ x: Int?, _ y: Int) -> Int { switch x { case .some(let y): y; default: 0 } }",
            "@Thunk func f(_ x: Int?, _ y: Int) -> Int { switch x { case .some(y): y; default: 0 } }"),
        .init(
            "a nested function's parameter or the variable around it",
            "@Thunk func f(_ x: Int) -> Int { func g(_ x: Int) -> Int { x }; return g(1) }",
            "@Thunk func f(_ x: Int) -> Int { func g(_ y: Int) -> Int { x }; return g(1) }"),
        .init(
            "a variable after its block",
            "let a = 1\n@Thunk func f(_ x: Int) -> Int { if x > 0 { let a = 2; print(a) }; return a }",
            "let a = 1\n@Thunk func f(_ x: Int) -> Int { let b = 2; if x > 0 { print(b) }; return b }"),
        .init(
            "the condition of repeat",
            "let a = 1\n@Thunk func f(_ x: Int) -> Int { repeat { let a = 2; print(a) } while a > x; return x }",
            "@Thunk func f(_ x: Int) -> Int { let a = 1; repeat { let b = 2; print(b) } while a > x; return x }"
        ),
        .init(
            "the new value in a setter or a parameter",
            "@Thunk func f(newValue: Int) -> Int { var v: Int { get { 0 } set { print(newValue) } }; v = 1; return v }",
            "@Thunk func f(newValue: Int) -> Int { var v: Int { get { 0 } set(w) { print(newValue) } }; v = 1; return v }"
        ),
        .init(
            "an order of arguments",
            "@Thunk func f(_ x: Int, _ y: Int) -> Int { g(x, y) }",
            "@Thunk func f(_ x: Int, _ y: Int) -> Int { g(y, x) }"),
        .init(
            "parentheses",
            "@Thunk func f(_ x: Int) -> Int { x + 1 * 2 }",
            "@Thunk func f(_ x: Int) -> Int { (x + 1) * 2 }"),
        .init(
            "a member that is spelled like a local",
            "@Thunk func f(_ x: Int) -> Int { let count = [1]; return count.count }",
            "@Thunk func f(_ x: Int) -> Int { let other = [1]; return other.other }"),
        .init(
            "a label that is spelled like a local",
            "@Thunk func f(_ x: Int) -> Int { let a = 1; return g(a: a) }",
            "@Thunk func f(_ x: Int) -> Int { let b = 1; return g(b: b) }"),
    ]

    @Test("In the function itself", arguments: inside)
    func isOther(_ pair: SourcePair) throws {
        let first = try #require(IdentityFixture.identity(in: pair.first))
        let second = try #require(IdentityFixture.identity(in: pair.second))
        #expect(first != second)
    }

    @Test("An import in a file that is reached is one part more, and leaves the others as they are")
    func importInAnotherFile() throws {
        func parts(_ imports: String) throws -> [Substring] {
            let identity = IdentityFixture.identity(in: [
                ("/p/A.swift", "@Thunk func f(_ x: Int) -> Int { g(x) }\n"),
                ("/p/B.swift", imports + "func g(_ x: Int) -> Int { x }\n"),
            ])
            return try #require(identity).split(separator: "\n")
        }
        let (without, with) = (try parts(""), try parts("import Stemma\n"))
        #expect(with.filter { $0.hasPrefix("import ") }.map { $0.prefix(14) } == ["import Stemma "])
        #expect(with.filter { !$0.hasPrefix("import ") } == without)
    }
}
