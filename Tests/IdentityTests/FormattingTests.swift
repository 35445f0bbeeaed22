import Testing

@Suite("What does not matter to an identity: comments, formatting, names of locals")
struct FormattingTests {
    static let same: [SourcePair] = [
        .init(
            "comments", "@Thunk func f(_ x: Int) -> Int { x + 1 }",
            "/// Doc.\n@Thunk func f(_ x: Int) -> Int { /* a */ x + 1 // b\n}"),
        .init(
            "white space", "@Thunk func f(_ x: Int) -> Int { x + 1 }",
            "@Thunk\nfunc f(\n  _ x: Int\n) -> Int\n{\n    x   + 1\n}"),
        .init(
            "semicolons", "@Thunk func f(_ x: Int) -> Int { let y = x; return y }",
            "@Thunk func f(_ x: Int) -> Int { let y = x\nreturn y }"),
        .init(
            "a trailing comma", "@Thunk func f(_ x: Int) -> [Int] { [x, 1] }",
            "@Thunk func f(_ x: Int) -> [Int] { [\nx,\n1,\n] }"),
        .init(
            "indentation of a string of several lines",
            "@Thunk func f(_ x: Int) -> String { \"\"\"\n  a\n   b\n  \"\"\" }",
            "@Thunk func f(_ x: Int) -> String { \"\"\"\n      a\n       b\n      \"\"\" }"),
        .init(
            "a constant", "@Thunk func f(_ x: Int) -> Int { let y = x; return y }",
            "@Thunk func f(_ x: Int) -> Int { let z = x; return z }"),
        .init(
            "two constants at once", "@Thunk func f(_ x: Int) -> Int { let (a, b) = (x, 1); return a + b }",
            "@Thunk func f(_ x: Int) -> Int { let (b, a) = (x, 1); return b + a }"),
        .init(
            "an internal name", "@Thunk func f(_ x: Int) -> Int { x }", "@Thunk func f(_ y: Int) -> Int { y }"
        ),
        .init(
            "an internal name that differs from the label", "@Thunk func f(x: Int) -> Int { x }",
            "@Thunk func f(x value: Int) -> Int { value }"),
        .init(
            "a closure's parameter", "@Thunk func f(_ x: [Int]) -> [Int] { x.map { v in v + 1 } }",
            "@Thunk func f(_ x: [Int]) -> [Int] { x.map { w in w + 1 } }"),
        .init(
            "a closure's typed parameter", "@Thunk func f(_ x: [Int]) -> [Int] { x.map { (v: Int) in v } }",
            "@Thunk func f(_ x: [Int]) -> [Int] { x.map { (w: Int) in w } }"),
        .init(
            "a loop's variable",
            "@Thunk func f(_ x: [Int]) -> Int { var s = 0; for v in x where v > 0 { s += v }; return s }",
            "@Thunk func f(_ y: [Int]) -> Int { var t = 0; for w in y where w > 0 { t += w }; return t }"),
        .init(
            "if let", "@Thunk func f(_ x: Int?) -> Int { if let y = x { y } else { 0 } }",
            "@Thunk func f(_ x: Int?) -> Int { if let z = x { z } else { 0 } }"),
        .init(
            "if let, short", "@Thunk func f(_ x: Int?) -> Int { if let x { x } else { 0 } }",
            "@Thunk func f(_ y: Int?) -> Int { if let y { y } else { 0 } }"),
        .init(
            "if let, short, is if let with the same name",
            "@Thunk func f(_ x: Int?) -> Int { if let x { x } else { 0 } }",
            "@Thunk func f(_ x: Int?) -> Int { if let y = x { y } else { 0 } }"),
        .init(
            "guard let",
            "@Thunk func f(_ x: Int?) -> Int { print(x as Any); guard let y = x else { return 0 }; return y }",
            "@Thunk func f(_ x: Int?) -> Int { print(x as Any); guard let x else { return 0 }; return x }"),
        .init(
            "while let",
            "@Thunk func f(_ x: [Int]) -> Int { var i = x.makeIterator(); while let v = i.next() { print(v) }; return 0 }",
            "@Thunk func f(_ x: [Int]) -> Int { var j = x.makeIterator(); while let w = j.next() { print(w) }; return 0 }"
        ),
        .init(
            "a case",
            "@Thunk func f(_ x: Int?) -> Int { switch x { case let .some(v) where v > 0: v; default: 0 } }",
            "@Thunk func f(_ y: Int?) -> Int { switch y { case let .some(w) where w > 0: w; default: 0 } }"),
        .init(
            "a case of several patterns",
            "@Thunk func f(_ x: E) -> Int { switch x { case .a(let v), .b(let v): v } }",
            "@Thunk func f(_ x: E) -> Int { switch x { case .a(let w), .b(let w): w } }"),
        .init(
            "a caught error",
            "@Thunk func f(_ x: Int) -> Int { do { try g() } catch let e as E { print(e) } catch { print(error) }; return 0 }",
            "@Thunk func f(_ x: Int) -> Int { do { try g() } catch let d as E { print(d) } catch { print(error) }; return 0 }"
        ),
        .init(
            "a nested function",
            "@Thunk func f(_ x: Int) -> Int { func g(_ a: Int) -> Int { a > 0 ? g(a - 1) : 0 }; return g(x) }",
            "@Thunk func f(_ x: Int) -> Int { func h(_ b: Int) -> Int { b > 0 ? h(b - 1) : 0 }; return h(x) }"
        ),
        .init(
            "a capture list", "@Thunk func f(_ x: Int) -> Int { let y = x; return { [y] in y }() }",
            "@Thunk func f(_ x: Int) -> Int { let z = x; return { [z] in z }() }"),
        .init(
            "a capture with a value", "@Thunk func f(_ x: Int) -> Int { { [y = x + 1] in y }() }",
            "@Thunk func f(_ x: Int) -> Int { { [z = x + 1] in z }() }"),
        .init(
            "a label of a statement",
            "@Thunk func f(_ x: Int) -> Int { a: while true { break a }; return x }",
            "@Thunk func f(_ x: Int) -> Int { b: while true { break b }; return x }"),
        .init(
            "a local in a string", "@Thunk func f(_ x: Int) -> String { let y = x; return \"\\(y)\" }",
            "@Thunk func f(_ x: Int) -> String { let z = x; return \"\\(z)\" }"),
        .init(
            "a local in a key path's subscript", "@Thunk func f(_ x: Int) -> KeyPath<[Int], Int> { \\.[x] }",
            "@Thunk func f(_ y: Int) -> KeyPath<[Int], Int> { \\.[y] }"),
        .init(
            "inout", "@Thunk func f(_ x: Int) -> Int { var y = x; g(&y); return y }",
            "@Thunk func f(_ x: Int) -> Int { var z = x; g(&z); return z }"),
        .init(
            "a local that shadows a global",
            "let x = 1\n@Thunk func f(_ a: Int) -> Int { let x = x; return x + a }",
            "let x = 1\n@Thunk func f(_ a: Int) -> Int { let y = x; return y + a }"),
        .init(
            "a parameter of a reached function",
            "func g(_ a: Int) -> Int { a }\n@Thunk func f(_ x: Int) -> Int { g(x) }",
            "func g(_ b: Int) -> Int { b }\n@Thunk func f(_ x: Int) -> Int { g(x) }"),
        .init(
            "a local in a method of a reached type",
            "struct S { func m() -> Int { let a = 1; return a } }\n@Thunk func f(_ x: Int) -> Int { S().m() }",
            "struct S { func m() -> Int { let b = 1; return b } }\n@Thunk func f(_ x: Int) -> Int { S().m() }"
        ),
        .init(
            "operands of an operator",
            "infix operator +++\nfunc +++ (a: Int, b: Int) -> Int { a - b }\n@Thunk func f(_ x: Int) -> Int { x +++ 1 }",
            "infix operator +++\nfunc +++ (c: Int, d: Int) -> Int { c - d }\n@Thunk func f(_ x: Int) -> Int { x +++ 1 }"
        ),
        .init(
            "the parameter of a setter",
            "struct S { var v: Int { get { 0 } set(a) { print(a) } } }\n@Thunk func f(_ x: Int) -> Int { S().v }",
            "struct S { var v: Int { get { 0 } set(b) { print(b) } } }\n@Thunk func f(_ x: Int) -> Int { S().v }"
        ),
        .init(
            "a declaration that is not reached",
            "func other() -> Int { 1 }\n@Thunk func f(_ x: Int) -> Int { x }",
            "func other() -> Int { 2 }\nlet more = 3\n@Thunk func f(_ x: Int) -> Int { x }"),
        .init(
            "the order of declarations", "func g() -> Int { 1 }\n@Thunk func f(_ x: Int) -> Int { g() }",
            "@Thunk func f(_ x: Int) -> Int { g() }\nfunc g() -> Int { 1 }"),
        .init(
            "options that change no result", "@Thunk func f(_ x: Int) -> Int { x }",
            "@Thunk(compatibleWith: \"00\") func f(_ x: Int) -> Int { x }"),
    ]

    @Test("Same identity", arguments: same)
    func isSame(_ pair: SourcePair) throws {
        let first = try #require(IdentityFixture.identity(in: pair.first))
        #expect(IdentityFixture.identity(in: pair.second) == first)
    }

    @Test("Moving a function, and what it reaches, to another file of the module")
    func movesBetweenFiles() throws {
        let f = "@Thunk func f(_ x: Int) -> Int { g(x) }\n"
        let g = "func g(_ x: Int) -> Int { x }\n"
        let together = try #require(
            IdentityFixture.identity(in: [("/p/A.swift", f + g), ("/p/B.swift", "let z = 1")]))
        #expect(IdentityFixture.identity(in: [("/p/A.swift", f), ("/p/B.swift", g)]) == together)
        #expect(IdentityFixture.identity(in: [("/q/Y.swift", g), ("/q/X.swift", f)]) == together)
    }
}
