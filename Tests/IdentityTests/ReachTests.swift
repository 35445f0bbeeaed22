import Testing

@Suite("What an identity reaches")
struct ReachTests {
    /// In each pair something outside of the function is different.
    static let outside: [SourcePair] = [
        .init(
            "a called function", "func g() -> Int { 1 }\n@Thunk func f(_ x: Int) -> Int { g() }",
            "func g() -> Int { 2 }\n@Thunk func f(_ x: Int) -> Int { g() }"),
        .init(
            "a function that a called one calls",
            "func h() -> Int { 1 }\nfunc g() -> Int { h() }\n@Thunk func f(_ x: Int) -> Int { g() }",
            "func h() -> Int { 2 }\nfunc g() -> Int { h() }\n@Thunk func f(_ x: Int) -> Int { g() }"),
        .init(
            "a function that is handed on",
            "func g(_ x: Int) -> Int { 1 }\n@Thunk func f(_ x: [Int]) -> [Int] { x.map(g) }",
            "func g(_ x: Int) -> Int { 2 }\n@Thunk func f(_ x: [Int]) -> [Int] { x.map(g) }"),
        .init(
            "a default of a called function",
            "func g(_ x: Int = 1) -> Int { x }\n@Thunk func f(_ x: Int) -> Int { g() }",
            "func g(_ x: Int = 2) -> Int { x }\n@Thunk func f(_ x: Int) -> Int { g() }"),
        .init(
            "an overload", "func g(_ x: Int) -> Int { 1 }\n@Thunk func f(_ x: Int) -> Int { g(x) }",
            "func g(_ x: Int) -> Int { 1 }\nfunc g(_ x: any Numeric) -> Int { 2 }\n@Thunk func f(_ x: Int) -> Int { g(x) }"
        ),
        .init(
            "a constant", "let c = 1\n@Thunk func f(_ x: Int) -> Int { c }",
            "let c = 2\n@Thunk func f(_ x: Int) -> Int { c }"),
        .init(
            "a constant in a string", "let c = 1\n@Thunk func f(_ x: Int) -> String { \"\\(c)\" }",
            "let c = 2\n@Thunk func f(_ x: Int) -> String { \"\\(c)\" }"),
        .init(
            "a type", "struct S { var a = 1 }\n@Thunk func f(_ x: Int) -> Int { S().a }",
            "struct S { var a = 2 }\n@Thunk func f(_ x: Int) -> Int { S().a }"),
        .init(
            "a type's extension",
            "struct S {}\nextension S { var a: Int { 1 } }\n@Thunk func f(_ x: S) -> Int { 0 }",
            "struct S {}\nextension S { var a: Int { 2 } }\n@Thunk func f(_ x: S) -> Int { 0 }"),
        .init(
            "a type of a member of a type",
            "struct T { var a = 1 }\nstruct S { var t = T() }\n@Thunk func f(_ x: S) -> Int { 0 }",
            "struct T { var a = 2 }\nstruct S { var t = T() }\n@Thunk func f(_ x: S) -> Int { 0 }"),
        .init(
            "what conforms to a protocol",
            "protocol P { var a: Int { get } }\nstruct S: P { let a = 1 }\n@Thunk func f(_ x: any P) -> Int { x.a }",
            "protocol P { var a: Int { get } }\nstruct S: P { let a = 2 }\n@Thunk func f(_ x: any P) -> Int { x.a }"
        ),
        .init(
            "a default implementation",
            "protocol P {}\nextension P { func m() -> Int { 1 } }\nstruct S: P {}\n@Thunk func f(_ x: S) -> Int { 0 }",
            "protocol P {}\nextension P { func m() -> Int { 2 } }\nstruct S: P {}\n@Thunk func f(_ x: S) -> Int { 0 }"
        ),
        .init(
            "an inherited class",
            "class A { func m() -> Int { 1 } }\nclass B: A {}\n@Thunk func f(_ x: Int) -> Int { B().m() }",
            "class A { func m() -> Int { 2 } }\nclass B: A {}\n@Thunk func f(_ x: Int) -> Int { B().m() }"),
        .init(
            "a subclass",
            "class A { func m() -> Int { 1 } }\nclass B: A { override func m() -> Int { 2 } }\nfunc make() -> A { A() }\n@Thunk func f(_ x: Int) -> Int { make().m() }",
            "class A { func m() -> Int { 1 } }\nclass B: A { override func m() -> Int { 3 } }\nfunc make() -> A { A() }\n@Thunk func f(_ x: Int) -> Int { make().m() }"
        ),
        .init(
            "what conforms through an alias",
            "protocol P {}\ntypealias Q = P\nstruct S: Q { let a = 1 }\n@Thunk func f(_ x: any P) -> Int { 0 }",
            "protocol P {}\ntypealias Q = P\nstruct S: Q { let a = 2 }\n@Thunk func f(_ x: any P) -> Int { 0 }"
        ),
        .init(
            "what conforms to a protocol of another module",
            "struct S: Encodable { let a = 1 }\n@Thunk func f(_ x: Int) -> Int { g(x as? any Encodable) }",
            "struct S: Encodable { let a = 2 }\n@Thunk func f(_ x: Int) -> Int { g(x as? any Encodable) }"),
        .init(
            "a member of another module's type",
            "extension Array { func m() -> Int { 1 } }\n@Thunk func f(_ x: [Int]) -> Int { x.m() }",
            "extension Array { func m() -> Int { 2 } }\n@Thunk func f(_ x: [Int]) -> Int { x.m() }"),
        .init(
            "an initialiser of another module's type",
            "extension Int { init(_ s: S) { self = 1 } }\n@Thunk func f(_ x: Int) -> Int { x }",
            "extension Int { init(_ s: S) { self = 2 } }\n@Thunk func f(_ x: Int) -> Int { x }"),
        .init(
            "a conformance of another module's type",
            "extension Int: P { var a: Int { 1 } }\n@Thunk func f(_ x: Int) -> Int { x }",
            "extension Int: P { var a: Int { 2 } }\n@Thunk func f(_ x: Int) -> Int { x }"),
        .init(
            "an extension of what may be a protocol",
            "extension Sequence { var underestimatedCount: Int { 1 } }\n@Thunk func f(_ x: Int) -> Int { x }",
            "extension Sequence { var underestimatedCount: Int { 2 } }\n@Thunk func f(_ x: Int) -> Int { x }"),
        .init(
            "a case by its short name",
            "enum E { case a, b; var v: Int { 1 } }\n@Thunk func f(_ x: Int) -> Int { g(.a) }",
            "enum E { case a, b; var v: Int { 2 } }\n@Thunk func f(_ x: Int) -> Int { g(.a) }"),
        .init(
            "a key path", "struct S { var a: Int { 1 } }\n@Thunk func f(_ x: [Int]) -> [Int] { g(\\.a) }",
            "struct S { var a: Int { 2 } }\n@Thunk func f(_ x: [Int]) -> [Int] { g(\\.a) }"),
        .init(
            "an operator",
            "func +++ (a: Int, b: Int) -> Int { a - b }\n@Thunk func f(_ x: Int) -> Int { x +++ 1 }",
            "func +++ (a: Int, b: Int) -> Int { a * b }\n@Thunk func f(_ x: Int) -> Int { x +++ 1 }"),
        .init(
            "an operator's precedence",
            "infix operator +++: AdditionPrecedence\n@Thunk func f(_ x: Int) -> Int { x +++ 1 * 2 }",
            "infix operator +++: MultiplicationPrecedence\n@Thunk func f(_ x: Int) -> Int { x +++ 1 * 2 }"),
        .init(
            "an operator that is handed on",
            "func +++ (a: Int, b: Int) -> Int { a - b }\n@Thunk func f(_ x: [Int]) -> Int { x.reduce(0, +++) }",
            "func +++ (a: Int, b: Int) -> Int { a * b }\n@Thunk func f(_ x: [Int]) -> Int { x.reduce(0, +++) }"
        ),
        .init(
            "an operator that only a conformance asks for",
            "struct S: Comparable { var v = 1 }\nfunc < (a: S, b: S) -> Bool { a.v < b.v }\n@Thunk func f(_ x: [S]) -> S? { x.max() }",
            "struct S: Comparable { var v = 1 }\nfunc < (a: S, b: S) -> Bool { a.v > b.v }\n@Thunk func f(_ x: [S]) -> S? { x.max() }"
        ),
        .init(
            "an operator of patterns",
            "func ~= (a: S, b: Int) -> Bool { true }\n@Thunk func f(_ x: Int) -> Int { switch x { case s: 1; default: 2 } }",
            "func ~= (a: S, b: Int) -> Bool { false }\n@Thunk func f(_ x: Int) -> Int { switch x { case s: 1; default: 2 } }"
        ),
        .init(
            "a property wrapper",
            "@propertyWrapper struct W { var wrappedValue: Int { 1 } }\n@Thunk func f(_ x: Int) -> Int { @W var a; return a }",
            "@propertyWrapper struct W { var wrappedValue: Int { 2 } }\n@Thunk func f(_ x: Int) -> Int { @W var a; return a }"
        ),
        .init(
            "a result builder",
            "@resultBuilder enum B { static func buildBlock(_ x: Int...) -> Int { 1 } }\nfunc g(@B _ b: () -> Int) -> Int { b() }\n@Thunk func f(_ x: Int) -> Int { g { x } }",
            "@resultBuilder enum B { static func buildBlock(_ x: Int...) -> Int { 2 } }\nfunc g(@B _ b: () -> Int) -> Int { b() }\n@Thunk func f(_ x: Int) -> Int { g { x } }"
        ),
        .init(
            "the type of floating-point literals", "@Thunk func f(_ x: Int) -> Int { Int(1.5) }",
            "typealias FloatLiteralType = Float\n@Thunk func f(_ x: Int) -> Int { Int(1.5) }"),
        .init(
            "interpolation",
            "extension DefaultStringInterpolation { mutating func appendInterpolation(_ x: Int) { appendLiteral(\"1\") } }\n@Thunk func f(_ x: Int) -> String { \"\\(x)\" }",
            "extension DefaultStringInterpolation { mutating func appendInterpolation(_ x: Int) { appendLiteral(\"2\") } }\n@Thunk func f(_ x: Int) -> String { \"\\(x)\" }"
        ),
        .init(
            "statements that set a global variable", "var c = 1\nc = 2\n@Thunk func f(_ x: Int) -> Int { c }",
            "var c = 1\nc = 3\n@Thunk func f(_ x: Int) -> Int { c }"),
        .init(
            "which global variable a statement sets",
            "var a = 0; var b = 0\na = 1; b = 2\n@Thunk func f(_ x: Int) -> Int { a }",
            "var b = 0; var a = 0\nb = 1; a = 2\n@Thunk func f(_ x: Int) -> Int { a }"),
        .init(
            "a condition around a function",
            "#if A\nfunc g() -> Int { 1 }\n#endif\n@Thunk func f(_ x: Int) -> Int { g() }",
            "#if B\nfunc g() -> Int { 1 }\n#endif\n@Thunk func f(_ x: Int) -> Int { g() }"),
        .init(
            "a function that other languages call",
            "@_cdecl(\"g\") func a() -> Int { 1 }\n@_silgen_name(\"g\") func b() -> Int\n@Thunk func f(_ x: Int) -> Int { b() }",
            "@_cdecl(\"g\") func a() -> Int { 2 }\n@_silgen_name(\"g\") func b() -> Int\n@Thunk func f(_ x: Int) -> Int { b() }"
        ),
        .init(
            "what a macro may add",
            "@Peers func a() -> Int { 1 }\n@Thunk func f(_ x: Int) -> Int { aPeer() }",
            "@Peers func a() -> Int { 2 }\n@Thunk func f(_ x: Int) -> Int { aPeer() }"),
        .init(
            "a sibling of a static function",
            "enum N { static func g() -> Int { 1 }\n@Thunk static func f(_ x: Int) -> Int { g() } }",
            "enum N { static func g() -> Int { 2 }\n@Thunk static func f(_ x: Int) -> Int { g() } }"),
        .init(
            "a sibling of a static function by Self",
            "enum N { static let t = T()\n@Thunk static func f(_ x: Int) -> Int { Self[0] }\nstatic subscript(i: Int) -> Int { 1 } }",
            "enum N { static let t = T()\n@Thunk static func f(_ x: Int) -> Int { Self[0] }\nstatic subscript(i: Int) -> Int { 2 } }"
        ),
        .init(
            "any value at all",
            "struct S { var description: String { \"1\" } }\n@Thunk func f(_ x: [Any]) -> String { \"\\(x)\" }",
            "struct S { var description: String { \"2\" } }\n@Thunk func f(_ x: [Any]) -> String { \"\\(x)\" }"
        ),
    ]

    @Test("A change outside of the function", arguments: outside)
    func isOther(_ pair: SourcePair) throws {
        let name = pair.first.contains("enum N") ? "N.f" : "f"
        let first = try #require(IdentityFixture.identity(of: name, in: pair.first))
        let second = try #require(IdentityFixture.identity(of: name, in: pair.second))
        #expect(first != second)
    }

    @Test("Labels, comments and locals reach nothing")
    func reachesNoMore() {
        let source = """
            struct A { var value = 1 }
            func low() {}
            func other() {}
            extension Array { func mean() -> Int { 0 } }
            struct B: Codable, Sendable { var a = 1 }
            struct C: Codable, Sendable { var a = 1 }
            @Thunk func f(_ other: Int, b: B) -> Int {
                let low = other // A
                return g(value: low)
            }
            """
        #expect(IdentityFixture.reach(in: source) == ["B"])
    }

    @Test("A name that is private to a file means another thing in another file")
    func privates() throws {
        let a = "private func g() -> Int { 1 }\npublic func a() -> Int { g() }\n"
        let b = "private func g() -> Int { 2 }\npublic func b() -> Int { g() }\n"
        let f = "@Thunk func f(_ x: Int) -> Int { a() + b() + g() }\n"
        let inA = try #require(IdentityFixture.identity(in: [("/p/A.swift", a + f), ("/p/B.swift", b)]))
        let inB = try #require(IdentityFixture.identity(in: [("/p/A.swift", a), ("/p/B.swift", b + f)]))
        #expect(inA != inB)

        let c = "private func h() -> Int { 3 }\n"
        #expect(IdentityFixture.identity(in: [("/p/A.swift", a + f), ("/p/B.swift", b + c)]) == inA)
    }

    @Test(
        "So do members of types that are private to a file, and private members without a name",
        arguments: [
            ("private struct T {}\nextension T { func m() -> Int { N } }\n", "T().m()"),
            ("extension Int { private init(_ s: S) { self = N } }\n", "Int(S())"),
            ("extension S { private subscript(i: Int) -> Int { N } }\n", "S()[0]"),
            ("private typealias FloatLiteralType = FloatN\n", "Int(1.5)"),
        ])
    func privateMembers(_ declaration: String, _ use: String) throws {
        let s = (path: "/p/S.swift", text: "struct S {}")
        let a = declaration.replacing("N", with: "16")
        let b = declaration.replacing("N", with: "32")
        let f = "@Thunk func f(_ x: Int) -> Int { \(use) }\n"
        let inA = try #require(IdentityFixture.identity(in: [("/p/A.swift", a + f), ("/p/B.swift", b), s]))
        #expect(IdentityFixture.identity(in: [("/p/A.swift", a), ("/p/B.swift", b + f), s]) != inA)
    }

    @Test("Conditions around imports say which module is imported")
    func conditionalImports() throws {
        func source(_ first: String, _ second: String) -> String {
            "#if X\nimport \(first)\n#else\nimport \(second)\n#endif\n@Thunk func f(_ x: Int) -> Int { norm(x) }"
        }
        let first = try #require(IdentityFixture.identity(in: source("A", "B")))
        #expect(IdentityFixture.identity(in: source("B", "A")) != first)
    }

    @Test("A name that files import from different modules means different things")
    func importsOfFiles() throws {
        let f = "@Thunk func f(_ x: Int) -> Int { norm(x) }\n"
        let (a, b) = ("import A\n", "import B\n")
        let inA = try #require(IdentityFixture.identity(in: [("/p/A.swift", a + f), ("/p/B.swift", b)]))
        #expect(IdentityFixture.identity(in: [("/p/A.swift", a), ("/p/B.swift", b + f)]) != inA)
    }
}
