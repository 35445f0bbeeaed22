import Foundation
import StemmaBlobs
import TestSupport
import Testing

@Suite("The program that writes the table of identities")
struct ToolTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: directory.file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Runs the tool as the plugin does; the table that it writes, or the error.
    private func table(_ more: [String] = [], source: String? = nil, isFirst: Bool = true) throws -> String {
        if isFirst { try? FileManager.default.removeItem(atPath: directory.file("out.swift")) }
        try write(
            "M/File.swift",
            source
                ?? """
                import Foundation
                @Thunk func reads() -> Int { Bundle.module.url(forResource: "a", withExtension: "txt") == nil ? 0 : 1 }
                @Thunk func other() -> Int { 1 }
                """)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(Program.folder)/stemma-identities")
        process.arguments =
            [
                "--module", "M", "--output", directory.file("out.swift"), "--directory", directory.file("M"),
                "--source", directory.file("M/File.swift"),
            ] + more
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return message }
        return try String(contentsOfFile: directory.file("out.swift"), encoding: .utf8)
    }

    /// The lines of the table that are about one function.
    private func entry(_ name: String, in table: String) -> String? {
        table.components(separatedBy: "nonisolated static let ").first { $0.contains("name: \"\(name)\"") }
    }

    private func resource(_ path: String, _ text: String) throws -> [String] {
        try write("M/\(path)", text)
        return ["--resource", directory.file("M/\(path)")]
    }

    @Test("A resource counts by its path in the target and its content, for functions that can read it")
    func resources() throws {
        let first = try table(resource("Tables/a.txt", "1"))
        #expect(entry("reads", in: first)?.contains("resource\\tTables/a.txt\\t") == true)
        #expect(entry("other", in: first)?.contains("resource") == false)
        // The same file in another directory is found by another name, or not at all.
        let moved = try table(resource("Others/a.txt", "1"))
        #expect(entry("reads", in: moved) != entry("reads", in: first))
        #expect(entry("other", in: moved) == entry("other", in: first))
        let changed = try table(resource("Tables/a.txt", "2"))
        #expect(entry("reads", in: changed) != entry("reads", in: first))
        #expect(try table(resource("Tables/a.txt", "1")) == first)
    }

    @Test(
        "Another target counts by the paths and content of its files and by its definitions, wherever it lies"
    )
    func targets() throws {
        func target(_ folder: String, _ text: String, _ definitions: [String] = []) throws -> String {
            try write("\(folder)/Sub/B.swift", text)
            return try table(
                ["--target", "B", directory.file(folder)] + definitions.flatMap { ["--define", $0] }
                    + ["--file", directory.file("\(folder)/Sub/B.swift")])
        }
        let first = try target("B", "let b = 1")
        #expect(try target("elsewhere/B", "let b = 1") == first)
        #expect(try target("B", "let b = 2") != first)
        #expect(try target("B", "let b = 1", ["FAST"]) != first)
    }

    @Test("Packages are listed, and are no part of the identity")
    func packages() throws {
        let (first, second) = (
            try table(["--package", "numerics", "1.0.2"]), try table(["--package", "numerics", "1.0.3"])
        )
        #expect(first.contains("[(\"numerics\", \"1.0.2\")]"))
        #expect(entry("other", in: first) == entry("other", in: second))
    }

    @Test("Two functions of one name are refused with both places")
    func twice() throws {
        let message = try table(source: "@Thunk func f() -> Int { 1 }\n@Thunk func f(_ x: Int) -> Int { x }")
        #expect(message.hasPrefix("error: two @Thunk functions of one name, 'f', at "))
        #expect(message.contains("File.swift:1 and ") && message.contains("File.swift:2: rename one of them"))
    }

    @Test("A resource counts for whoever says `.module`, without the word Bundle")
    func module() throws {
        let source = "@Thunk func f(_ x: Int) -> String { text(\"a\", in: .module) }"
        let first = try table(resource("a.txt", "1"), source: source)
        #expect(try table(resource("a.txt", "2"), source: source) != first)
    }

    @Test(
        "A default of another target that asks for the place counts for who calls it, and for nobody else",
        arguments: [
            ("func here(_ l: Int = #line) -> Int { l }", "here()", ""),
            (
                "func here(_ l: String = #function) -> String { l }",
                "{ func NAME() -> Int { here() }; return NAME() }()", "b"
            ),
            ("struct Here { init(_ l: Int = #line) {} }", "Here().l", ""),
            ("struct Here { init(_ l: Int = #line) {} }\ntypealias There = Here", "There().l", ""),
            ("class Here { init(_ l: Int = #line) {} }\nclass There: Here {}", "There().l", ""),
            ("struct Here { init(_ l: Int = #line) {} }", "use(.init())", ""),
        ])
    func places(_ declaration: String, _ body: String, _ renamed: String) throws {
        func both(_ name: String, _ above: String) throws -> [String?] {
            try write("B/B.swift", "public " + declaration)
            let source =
                "\(above)@Thunk func f(_ x: Int) -> Int { \(body.replacing("NAME", with: name)) }\n@Thunk func other(_ x: Int) -> Int { func \(name)() {}; return Int.init(x) }"
            let text = try table(
                ["--target", "B", directory.file("B"), "--file", directory.file("B/B.swift")], source: source)
            return [entry("f", in: text), entry("other", in: text)]
        }
        let first = try both("a", "")
        let second = renamed.isEmpty ? try both("a", "// A comment.\n") : try both(renamed, "")
        #expect(first[0] != nil && first[0] != second[0])
        #expect(first[1] == second[1])
    }

    @Test("A static function whose Self is not one type is refused with its place")
    func openSelf() throws {
        let message = try table(
            source: "struct G<T> {}\nextension G {\n@Thunk static func f(_ x: Int) -> Int { x }\n}")
        #expect(message.hasPrefix("error: @Thunk function 'G.f' at "))
        #expect(message.contains("File.swift:3: 'G' is generic"))
    }

    @Test(
        "Two tables that differ never bear time stamps of the same second, which the compiler's driver compares"
    )
    func timeStamps() throws {
        func second() throws -> Int? {
            let attributes = try FileManager.default.attributesOfItem(atPath: directory.file("out.swift"))
            return (attributes[.modificationDate] as? Date).map { Int($0.timeIntervalSince1970) }
        }
        _ = try table()
        let first = try second()
        _ = try table(isFirst: false)
        #expect(try second() == first)
        _ = try table(source: "@Thunk func f(_ x: Int) -> Int { x }", isFirst: false)
        #expect(try second() != first)
    }
}
