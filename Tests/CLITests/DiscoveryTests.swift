import TestSupport
import Testing

@Suite("Finding the store")
struct DiscoveryTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(keys: [])
        try fixture.run("save", "V", "a=1", "--value", "1")
        try fixture.write("code/deep/main.swift", "")
    }

    private func finds(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Bool {
        try fixture.stemma.shell(script).output == "1\n"
    }

    @Test("From inside it, from beside it, and from anywhere in the work tree")
    func nearest() throws {
        #expect(try finds("stemma load V"))
        #expect(try finds("cd results/records && stemma load V"))
        #expect(try finds("cd code/deep && stemma load V"))
        #expect(try finds("stemma -C code/deep load V"))
    }

    @Test("By --store, else by STEMMA_STORE, both relative to where -C goes")
    func named() throws {
        #expect(try finds("cd / && stemma --store '\(fixture.path("results"))' load V"))
        #expect(try finds("cd / && STEMMA_STORE='\(fixture.path("results"))' stemma load V"))
        #expect(try finds("cd / && stemma -C '\(fixture.directory.path)' load V --store=results"))
        #expect(try finds("STEMMA_STORE=/nonexistent stemma load V --store results"))
        #expect(try fixture.stemma.shell("STEMMA_STORE=/nonexistent stemma load V").status == 10)
    }

    @Test("Several stores are listed, and none is picked")
    func several() throws {
        try fixture.run("init", "other")
        let result = try fixture.stemma("list")
        #expect(result.status == 1)
        #expect(result.errors.contains("\(fixture.path("other")), \(fixture.path("results"))"), "\(result)")
        #expect(try finds("cd results && stemma load V"))
    }

    @Test("Without a store the exit code is 10, in words and in JSON")
    func none() throws {
        let directory = try TemporaryDirectory()
        let stemma = Program(in: directory.path)
        for command in ["list", "status", "variables", "fsck", "stats", "gc", "log", "diff"] {
            #expect(try stemma(command).status == 10)
        }
        let result = try stemma("list", "--json")
        #expect(
            result.output.hasPrefix(
                #"{"kind":"error","code":"no-store","fields":{"path":"\#(directory.path)"}"#))
        #expect(result.errors.hasPrefix("error: no store at \(directory.path)"))
    }

    @Test("Who holds the lock is said when waiting for it is over, with exit code 5")
    func locked() throws {
        let result = try fixture.stemma.shell(
            """
            exec 9>> results/local/lock; flock 9; echo '4711 stemma import V big.jsonl' > results/local/lock
            stemma --wait 0.2 save V a=2 --value 2
            """)
        #expect(result.status == 5)
        #expect(result.errors.contains("4711 (stemma import V big.jsonl)"), "\(result)")
        #expect(try finds("exec 9>> results/local/lock; flock 9; stemma load V"))
    }
}
