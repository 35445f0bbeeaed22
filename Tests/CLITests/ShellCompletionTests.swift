import TestSupport
import Testing

/// zsh and fish themselves, with the scripts loaded: what they make of a line is what a user gets.
@Suite("Completion in zsh and fish")
struct ShellCompletionTests {
    /// `Median`, at a key and in a version that both need completion to be named in full.
    private func fixture() throws -> StoreFixture {
        let fixture = try StoreFixture(keys: ["subject:integer"])
        try fixture.run("save", "Mean", "subject=1", "--value", "1")
        try fixture.run("save", "Median", "subject=1", "window=25", "--value", "2.5")
        return fixture
    }

    private static func has(_ shell: String) -> Bool {
        let found = (try? StockTool.output("bash", "-c", "command -v \(shell)")) != nil
        if !found { print("note: \(shell) is not installed: its completion is not tested") }
        return found
    }

    @Test("In zsh the tab key completes variables, keys and version entries", .enabled(if: has("zsh")))
    func zsh() throws {
        let fixture = try fixture()
        try fixture.write(
            "complete.zsh",
            #"""
            zmodload zsh/zpty
            zpty shell "TERM=dumb zsh -f -i"
            zpty -w shell 'autoload -Uz compinit; compinit -D -u; source <(stemma completion zsh)'
            zpty -n -w shell $'stemma load Medi\tsu\t1 win\t25 > out; echo $? > status; exit\n'
            zpty -r shell all '*never*'
            """#)
        let run = try fixture.stemma.shell("HOME=$PWD timeout 60 zsh -f complete.zsh")
        // The line was run as it was completed: without completion there is no such variable.
        #expect(try fixture.stemma.shell("cat status out").output == "0\n2.5\n", "\(run)")
    }

    @Test("In fish the line is completed with explanations", .enabled(if: has("fish")))
    func fish() throws {
        let fixture = try fixture()
        func reply(_ line: String) throws -> String {
            try fixture.stemma.shell(
                "HOME=$PWD fish --no-config -c 'stemma completion fish | source; complete -C \"\(line)\"'"
            ).output
        }
        #expect(try reply("stemma load Medi") == "Median\t1 record\n")
        #expect(try reply("stemma load Median wi").hasPrefix("window="))
        #expect(try reply("stemma load Median window=") == "window=25\n")
        #expect(try reply("stemma save X --format=c") == "--format=csv\n")
        #expect(try reply("stemma -C res") == "results/\tDirectory\n")
    }
}
