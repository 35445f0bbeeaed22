import StemmaMacros
import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import Testing

@Suite("What @Thunk makes of a function")
struct ExpansionTests {
    private func expand(_ source: String) -> (text: String, problems: [String]) {
        let context = BasicMacroExpansionContext()
        let tree = Parser.parse(source: source)
        let expanded = tree.expand(macros: ["Thunk": ThunkMacro.self]) { node in
            BasicMacroExpansionContext(sharingWith: context, lexicalContext: node.lexicalContext)
        }
        // How the compiler breaks lines is its own business.
        let text = expanded.description.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return (text, context.diagnostics.map(\.message))
    }

    @Test("A variable of the function's name, with its types and defaults")
    func peer() {
        let (text, problems) = expand(
            "@Thunk public func smooth(_ signal: [Double], width: Int = 3) throws -> [Double] { signal }")
        #expect(problems.isEmpty)
        #expect(
            text.hasSuffix(
                "public var smooth: Stemma.Thunk<[Double], Int, [Double]> { "
                    + "Stemma.Thunk(identitiesByPluginStemmaThunks.function_smooth, "
                    + "defaults: [nil, { (3) as Int }], smooth(_:width:)) }"))
    }

    @Test("Members, options and tuples")
    func options() {
        #expect(
            expand("enum A { @Thunk static func f(x: Int) -> Int { x } }").text.contains(
                "static var f: Stemma.Thunk<Int, Int> {"))
        #expect(
            expand("enum A { @Thunk static func f(x: Int) -> Int { x } }").text.contains(
                "{ enum ThunkOfOneType { } return Stemma.Thunk(identitiesByPluginStemmaThunks.function_A__f, f(x:)) }"
            ))
        let split = expand(
            "@Thunk(unpackOutput: true) func f(_ x: Int, y: Int) throws -> (low: [Int], Int) { g() }"
        ).text
        #expect(
            split.contains(
                "{ let (output0, output1) = try f(_:y:)($0, $1); return Stemma.Unpacked(output0, output1) }"))
        let plot = expand("@Thunk(generatesFile: true) func f(_ x: Int, to y: FileTarget) throws { g() }")
            .text
        #expect(plot.contains("var f: Stemma.Thunk<Int, FileTarget, Stemma.GeneratedFile> {"))
        #expect(plot.contains("{ try f(_:to:)($0, $1); return try Stemma.GeneratedFile(at: $1) }"))
    }

    @Test(
        "What cannot be a thunk is told, with what to do",
        arguments: [
            ("func f<T>(_ x: T) -> Int { 1 }", "concrete types"),
            ("func f(_ x: some Numeric) -> Int { 1 }", "concrete types"),
            ("func f(_ x: Int) -> some Numeric { 1 }", "concrete types"),
            ("func f(_ x: inout Int) -> Int { 1 }", "no inout"),
            ("func f(_ x: consuming [Int]) -> Int { 1 }", "no inout"),
            ("func f(_ x: Int...) -> Int { 1 }", "take an array"),
            ("func f(_ x: @autoclosure () -> Int) -> Int { 1 }", "no autoclosures"),
            ("func f(_ x: () -> Int) -> Int { 1 }", "no autoclosures"),
            ("func f(_ x: Int) async -> Int { 1 }", "cannot be async"),
            ("func f() -> Int { 1 }", "without parameters"),
            ("func f(_ x: Int) { }", "returns nothing"),
            ("func + (x: Int, y: Int) -> Int { 1 }", "operator"),
            ("struct S { @Thunk func f(_ x: Int) -> Int { 1 } }", "make it static"),
            ("class S { @Thunk class func f(_ x: Int) -> Int { 1 } }", "make it static"),
            ("class S { @Thunk static func f(_ x: Int) -> Int { 1 } }", "mark the class final"),
            ("@MainActor @Thunk func f(_ x: Int) -> Int { 1 }", "nonisolated"),
            ("@MainActor enum S { @Thunk static func f(_ x: Int) -> Int { 1 } }", "nonisolated"),
            ("func f(_ x: Int!) -> Int { 1 }", "with '?'"),
            ("func f(_ x: Int) -> Int! { 1 }", "with '?'"),
            ("struct S<T> { @Thunk static func f(_ x: Int) -> Int { 1 } }", "concrete types"),
        ])
    func refused(_ source: String, _ reason: String) throws {
        let (_, problems) = expand(source.contains("@Thunk") ? source : "@Thunk " + source)
        #expect(problems.count == 1)
        #expect(try #require(problems.first).contains(reason))
    }

    @Test(
        "The name in the table is an identifier, and another one for each name",
        arguments: [
            ("@Thunk func heart_rate(x: Int) -> Int { x }", "function_heart_5Frate"),
            ("@Thunk func `two words`(x: Int) -> Int { x }", "function_two_20words"),
            ("extension A.B { @Thunk static func f(x: Int) -> Int { x } }", "function_A__B__f"),
            ("extension G<Int> { @Thunk static func f(x: Int) -> Int { x } }", "function_G_3CInt_3E__f"),
            ("@Thunk func é(x: Int) -> Int { x }", "function__C3_A9"),
            ("final class A { @Thunk static func f(x: Int) -> Int { x } }", "function_A__f"),
            ("@MainActor enum A { @Thunk nonisolated static func f(x: Int) -> Int { x } }", "function_A__f"),
        ])
    func keys(_ source: String, _ key: String) {
        let (text, problems) = expand(source)
        #expect(problems.isEmpty)
        #expect(text.contains("identitiesByPluginStemmaThunks.\(key), "))
    }

    @Test(
        "Options are written out",
        arguments: [
            ("@Thunk(unpackOutput: true) func f(_ x: Int) -> Int { 1 }", "tuple of two"),
            ("@Thunk(generatesFile: true) func f(_ x: Int) { }", "one FileTarget"),
            ("@Thunk(unpackOutput: flag) func f(_ x: Int) -> Int { 1 }", "written out"),
            ("@Thunk(compatibleWith: \"ab\") func f(_ x: Int) -> Int { 1 }", "64 hexadecimal"),
        ])
    func wrongOptions(_ source: String, _ reason: String) throws {
        let problems = expand(source).problems
        #expect(try #require(problems.first).contains(reason))
    }
}

extension Syntax {
    /// The declarations around a node, as the compiler hands them to a macro.
    fileprivate var lexicalContext: [Syntax] {
        sequence(first: self) { $0.parent }.dropFirst().filter {
            $0.asProtocol((any DeclSyntaxProtocol).self) != nil
        }
    }
}
