import Testing

@Suite("State outside of the module that the program changes")
struct ForeignStateTests {
    private static let settings =
        "public final class Settings: @unchecked Sendable { public static let shared = Settings(); public var rate = 1 }\n"

    /// What another target holds, how the function reads it, and how the program sets it.
    static let changeable: [(what: String, other: String, read: String, set: String)] = [
        ("an object", settings, "Settings.shared.rate", "Settings.shared.rate = @@"),
        (
            "a variable", "nonisolated(unsafe) public var rate = 1", "rate", "rate = @@"
        ),
        (
            "a variable behind functions of two names",
            "nonisolated(unsafe) private var rate = 1\npublic func current() -> Int { rate }\npublic func set(_ r: Int) { rate = r }",
            "current()", "set(@@)"
        ),
        (
            "an object behind a member of a type of the standard library",
            settings + "extension Int { public static var usual: Int { Settings.shared.rate } }", "Int.usual",
            "Settings.shared.rate = @@"
        ),
        (
            "an object behind a structure",
            settings + "public struct S { public init() {}; public var n: Int { Settings.shared.rate } }",
            "S().n", "Settings.shared.rate = @@"
        ),
        ("another package's", "", "Defaults.usual.rate", "Defaults.usual.rate = @@"),
    ]

    @Test("It counts for functions that come to it", arguments: changeable.indices)
    func counts(_ number: Int) throws {
        let (what, other, read, set) = Self.changeable[number]
        func identity(_ value: Int, _ file: String, _ program: (String) -> String) -> String? {
            IdentityFixture.identity(
                in: [
                    ("/p/A.swift", "import Other\n@Thunk func f(_ x: Int) -> Int { x * g() }"),
                    ("/p/G.swift", "import Other\nfunc g() -> Int { \(read) }"),
                    (file, program(set.replacing("@@", with: String(value)))),
                ], others: [other])
        }
        for (file, program) in [
            ("/p/main.swift", { "import Other\n\($0)\nprint(f(1))" }),
            ("/p/main.swift", { "import Other\nfunc begin() { \($0) }\nbegin()\nprint(f(1))" }),
            ("/p/App.swift", { "@main struct App { static func main() { \($0); print(f(1)) } }" }),
        ] as [(String, (String) -> String)] {
            let first = try #require(identity(5, file, program))
            #expect(identity(6, file, program) != first, "\(what), \(file)")
        }
    }

    @Test(
        "What has no state, or is said by the function alone, brings the program into no identity",
        arguments: [
            ("public struct S { public var n = 1; public init() {} }", "S().n", "print(S().n)"),
            ("public func twice(_ x: Int) -> Int { 2 * x }", "twice(x)", "print(twice(2))"),
            (
                "public enum Side: String { case left, right }", "Side.left.rawValue.count",
                "print(Side.right)"
            ),
            (settings, "x * 3", "Settings.shared.rate = 1"),
            ("final class Cache { var n = 1 }\npublic func cached() {}", "[x].count", "cached()"),
            ("", "FileManager.default.contents(atPath: \"a\")?.count ?? 0", "print(1)"),
            (
                "", "[x].map { Double($0) }.count + Data([1]).count",
                "print([2].map { Double($0) }, Data([1]))"
            ),
        ])
    func countsNot(_ other: String, _ read: String, _ program: String) throws {
        func identity(_ value: Int) -> String? {
            IdentityFixture.identity(
                in: [
                    ("/p/A.swift", "import Other\n@Thunk func f(_ x: Int) -> Int { \(read) }"),
                    ("/p/main.swift", "import Other\n\(program)\nprint(f(\(value)))"),
                ], others: [other])
        }
        let first = try #require(identity(5))
        #expect(identity(6) == first)
    }

    @Test("A type that the functions of main.swift say, and its statements do not, is not the program's")
    func besideTheProgram() throws {
        func identity(_ value: Int) -> String? {
            IdentityFixture.identity(in: [
                ("/p/main.swift", "@Thunk func f(_ x: Int) -> Int { Host.current.count }\nprint(f(\(value)))")
            ])
        }
        let first = try #require(identity(5))
        #expect(identity(6) == first)
    }
}
