import TestSupport
import Testing

@testable import StemmaCLI

@Suite("Completion")
struct CompletionTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        try fixture.run("save", "Mean", "subject=1", "session=A", "window=5", "--value", "1")
        try fixture.run("save", "Mean", "subject=1", "session=A", "window=25", "--value", "1")
        try fixture.run("save", "Median", "subject=1", "session=A", "--value", "1")
        try fixture.run("commit", "-m", "first")
        try fixture.git("branch", "tuning")
    }

    /// What could stand in the place of the last word, without the explanations.
    private func candidates(_ words: String...) throws -> [String] {
        let result = try fixture.stemma.run(["__complete", "--"] + words, bytes: [])
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        return result.lines.map { String($0.prefix { $0 != "\t" }) }
    }

    @Test("Commands and options, by what they are declared")
    func declared() throws {
        #expect(try candidates("l") == ["load", "list", "lineage", "log"])
        #expect(try candidates("").count == CommandNames(commands: Command.all).firstWords.count)
        #expect(try candidates("save", "V", "--f") == ["--file", "--format", "--force"])
        #expect(try candidates("--js") == ["--json"])
        #expect(try candidates("completion", "") == ["bash", "zsh", "fish"])
        #expect(try candidates("save", "V", "--format=n") == ["--format=npy"])
        #expect(try candidates("save", "V", "--file", "") == [":files"])
        #expect(try candidates("-C", "x") == [":directories"])
        #expect(
            try candidates("nonsense", "") == CommandNames(commands: Command.all).firstWords.map(\.word))
    }

    @Test("The second words of commands that have two, and then what belongs there")
    func families() throws {
        #expect(try candidates("sch") == ["schema"])
        #expect(try candidates("schema", "s") == ["set", "show"])
        #expect(try candidates("schema", "set", "Me") == ["Mean", "Median"])
        #expect(try candidates("schema", "set", "Mean", "s.json", "--validation", "w") == ["warn"])
        #expect(try candidates("schema", "check", "Mean", "wi") == ["window="])
    }

    @Test("Variables, keys, version entries and their values, of the store")
    func store() throws {
        #expect(try candidates("load", "Me") == ["Mean", "Median"])
        #expect(try candidates("load", "Mean", "") == ["subject=", "session=", "window="])
        #expect(try candidates("load", "Mean", "subject=1", "s") == ["session="])
        #expect(try candidates("load", "Mean", "window=") == ["window=25", "window=5"])
        #expect(try candidates("list", "s") == ["subject=", "session="])
    }

    @Test("Revisions, also after two dots")
    func revisions() throws {
        #expect(try candidates("list", "--at", "") == ["HEAD", "main", "tuning"])
        #expect(try candidates("diff", "main..t") == ["main..tuning"])
        #expect(try candidates("revert", "t") == ["tuning"])
    }

    @Test("Where there is no store there is nothing, not even an error")
    func noStore() throws {
        let stemma = Program(in: "/")
        #expect(try stemma("__complete", "--", "load", "").description == "exit 0\n")
        #expect(
            try stemma("__complete", "--", "-C", fixture.directory.path, "load", "Mea").output
                == "Mean\t2 records\n")
        #expect(try stemma("__complete").status == 0)
    }

    @Test("The script works in bash, also where words hold = and options their value")
    func bash() throws {
        func reply(_ line: String) throws -> String {
            try fixture.stemma.shell(
                """
                source <(stemma completion bash)
                COMP_LINE='\(line)' COMP_POINT=${#COMP_LINE}
                COMP_POINT=\(line.count)
                _stemma stemma 2> /dev/null
                printf '%s|' "${COMPREPLY[@]}"
                """
            ).output
        }
        #expect(try reply("stemma lo") == "load|log|")
        #expect(try reply("stemma load Mean wi") == "window=|")
        #expect(try reply("stemma load Mean window=") == "25|5|")
        #expect(try reply("stemma diff main..tu") == "main..tuning|")
        #expect(try reply("stemma save X --format=c") == "csv|")
        #expect(try reply("stemma list ") == "Mean|Median|subject=|session=|")
    }
}
