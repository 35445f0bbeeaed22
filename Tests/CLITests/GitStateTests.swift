import StemmaRecords
import TestSupport
import Testing

@Suite("What git has begun, or does not have")
struct GitStateTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(keys: ["subject:integer"])
        try fixture.run("save", "V", "subject=1", "--value", "1")
        try fixture.run("commit", "-m", "results")
        try fixture.git.commit(["code": "1\n"], "one")
    }

    /// Two branches that changed one file of the code.
    private func diverge() throws {
        try fixture.git("checkout", "-q", "-b", "other")
        try fixture.git.commit(["code": "2\n"], "two")
        try fixture.git("checkout", "-q", "main")
        try fixture.git.commit(["code": "3\n"], "three")
    }

    @Test(
        "A merge, rebase, cherry-pick or revert in progress is told by status, with the way out",
        arguments: ["merge", "rebase", "cherry-pick", "revert"])
    func inProgress(command: String) throws {
        try diverge()
        #expect(try !fixture.run("status").output.contains("progress"))
        #expect(throws: Git.Failure.self) {
            try fixture.git(command, command == "revert" ? "HEAD~1" : "other")
        }
        let lines = try fixture.run("status").lines
        #expect(
            lines.contains(
                command == "merge"
                    ? "git merge is in progress: stemma commit concludes it, git merge --abort gives it up"
                    : "git \(command) is in progress: git \(command) --continue goes on, git \(command) --abort gives it up"
            ), "\(lines)")
        let json = try #require(try fixture.run("status", "--json").lines.last)
        #expect(try JSONParser.parse(json).asObject?["inProgress"]?.asString == command)
        try Documented.check([json])
        try fixture.git(command, "--abort")
        #expect(try !fixture.run("status", "--json").output.contains("inProgress"))
    }

    @Test("Where a shallow clone ends, log and show do not take what is there for what was added")
    func shallow() throws {
        try fixture.run("save", "V", "subject=2", "--value", "2")
        try fixture.run("commit", "-m", "two")
        try fixture.git("clone", "-q", "--depth", "1", "file://" + fixture.directory.path, "clone")
        let clone = fixture.stemma.with(directory: fixture.path("clone"))
        for words in [["log"], ["log", "V", "subject=1"]] {
            let result = try clone.run(words, bytes: [])
            #expect(result.lines.count == 1 && result.output.contains("  +?  ~?  -?  two\n"), "\(result)")
            #expect(result.errors.contains("git fetch --unshallow"))
        }
        #expect(try clone("log", "V", "subject=9").lines == ["no commits"])
        let logged = try #require(try clone("log", "--json").lines.first)
        #expect(logged.contains(#""shallow":true"#) && !logged.contains(#""added""#))
        let shown = try clone("show", "V", "subject=1", "--json").lines.filter { $0.contains(#""commit""#) }
        #expect(shown.count == 1 && shown[0].contains(#""shallow":true"#) && !shown[0].contains("status"))
        try Documented.check([logged] + shown)
        #expect(try clone("show", "V", "subject=1").output.contains("  shallow  two\n"))
        try fixture.git.with(directory: fixture.path("clone"))("fetch", "-q", "--unshallow")
        let whole = try clone("log")
        #expect(
            whole.lines.count == 2 && whole.output.contains("  +1  ~0  -0  two\n") && whole.errors.isEmpty)
    }
}
