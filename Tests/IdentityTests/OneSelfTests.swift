import Testing

@Suite("Self of a static function is one type")
struct OneSelfTests {
    private static let f = "{ @Thunk static func f(_ x: Int) -> Int { x } }"

    @Test(
        "Extensions of anything else are refused",
        arguments: [
            ("struct G<T> {}\nextension G \(f)", "generic"),
            ("struct G<T> { struct H {} }\nextension G.H \(f)", "generic"),
            ("protocol P {}\nextension P \(f)", "mark the class final"),
            ("class A {}\nextension A \(f)", "mark the class final"),
            ("class A<T> {}\nextension A<Int> \(f)", "mark the class final"),
            ("struct G<T> {}\ntypealias H = G\nextension H \(f)", "not known"),
            ("#if X\nstruct S {}\n#endif\nextension S \(f)", "not known"),
            ("extension Collection \(f)", "not known"),
            ("extension Array \(f)", "not known"),
            ("extension Formatter \(f)", "not known"),
            ("extension Foundation.Data \(f)", "not known"),
        ])
    func refused(_ source: String, _ reason: String) throws {
        #expect(try #require(IdentityFixture.problem(in: source)).contains(reason))
    }

    @Test(
        "Of types that are known they are not",
        arguments: [
            "enum N {}\nextension N \(f)", "struct S { struct T {} }\nextension S.T \(f)",
            "final class A {}\nextension A \(f)", "class A {}\nextension A { enum N \(f) }", "enum N \(f)",
            "struct G<T> {}\nextension G<Int> \(f)", "extension Int \(f)", "extension [Int] \(f)",
            "#if X\nstruct S {}\nextension S \(f)\n#endif", "actor A {}\nextension A \(f)",
        ])
    func accepted(_ source: String) {
        #expect(IdentityFixture.problem(in: source) == nil)
    }
}
