import StemmaBlobs
import TestSupport
import Testing

@Suite("rename")
struct RenameTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        for subject in 1...2 {
            try fixture.run("save", "Raw", "subject=\(subject)", "session=A", "--value", "\(subject)")
        }
        try double("double")
        try fixture.run("commit", "-m", "first")
    }

    @discardableResult
    private func double(_ function: String, from input: String = "Raw", to output: String = "Twice") throws
        -> String
    {
        try fixture.stemma.shell(
            "stemma run \(function) -i x=\(input) -c k=2 -o \(output)=o.json --for subject --for session -- sh -c 'echo $(( $(cat $0) * $1 )) > $2' {x} {k} {\(output)}"
        ).output
    }

    @Test("A function under its new name is answered by what it made under the old one, and nothing changes")
    func function() throws {
        let renamed = try fixture.run("rename", "--function", "double", "twofold")
        #expect(renamed.output.contains("Rename the function double to twofold"), "\(renamed)")
        #expect(try fixture.read("results/renamed.jsonl") == "{\"function\":\"double\",\"to\":\"twofold\"}\n")
        #expect(try fixture.read("results/.gitattributes").contains("renamed.jsonl merge=union\n"))
        #expect(try fixture.git("log", "-1", "--format=%B").contains("Stemma-Operation: rename"))
        #expect(try double("twofold") == "2 cached\n")
        // Code that still has the old name, as on another branch, is the same function too.
        #expect(try double("double") == "2 cached\n")
        #expect(try fixture.run("status").output.contains("nothing to commit"))
        #expect(try fixture.run("lineage", "Twice", "subject=1", "session=A").output.contains("twofold"))
        #expect(try fixture.run("show", "--function", "double").output.hasPrefix("twofold "))
        #expect(try fixture.run("show", "Twice", "subject=1", "session=A").output.contains("twofold"))
        #expect(try fixture.run("forget", "--function", "twofold").output.contains("forgot 2 calls"))
    }

    @Test(
        "A function that was changed as well runs again, and its stale results are told by the code that changed"
    )
    func changedFunction() throws {
        try fixture.run("rename", "--function", "double", "twofold")
        let other = try fixture.stemma.shell(
            "stemma run twofold -i x=Raw -c k=2 -o Twice=o.json --for subject --for session --dry-run -- sh -c 'echo $(( $(cat $0) + $1 )) > $2' {x} {k} {Twice}"
        )
        #expect(other.output.contains("2 stale") && other.output.contains("command"), "\(other)")
    }

    @Test("An output's variable is no part of a program: under another one the same call is a hit")
    func outputVariable() throws {
        #expect(try double("double", to: "Doubled") == "2 cached\n")
    }

    @Test("The revert of a rename takes its line back, and the revert of that brings it again")
    func revert() throws {
        try fixture.run("rename", "--function", "double", "twofold")
        try fixture.run("revert", "HEAD")
        #expect(try fixture.content()["renamed.jsonl"] == nil)
        #expect(try double("double") == "2 cached\n")
        #expect(try double("twofold") == "2 computed\n")
        try fixture.git("checkout", "-q", ".")
        try fixture.git("clean", "-qfd")
        try fixture.run("revert", "HEAD")
        #expect(try fixture.read("results/renamed.jsonl") == "{\"function\":\"double\",\"to\":\"twofold\"}\n")
        // Back to the old name: one line, not a circle.
        try fixture.run("rename", "--function", "twofold", "double")
        #expect(try fixture.read("results/renamed.jsonl") == "{\"function\":\"twofold\",\"to\":\"double\"}\n")
        #expect(try double("double") == "2 cached\n")
    }

    @Test("What is wrong with a name is told, and nothing is changed")
    func refused() throws {
        try fixture.run("rename", "--function", "double", "twofold")
        let before = try fixture.content()
        for (words, message) in [
            (["--function", "nope", "x"], "no call of a function 'nope'"),
            (["--function", "double", "x"], "is called 'twofold' now"),
            (["--function", "twofold", "twofold"], "is called so already"),
            (["--function", "twofold", ""], "needs a name"),
            (["--function", "twofold", "a\nb"], "cannot be shown"),
        ] {
            let result = try fixture.stemma.run(["rename"] + words, bytes: [])
            #expect(result.status == 1 && result.errors.contains(message), "\(words): \(result)")
        }
        #expect(try fixture.content() == before)
        try fixture.write("results/renamed.jsonl", "{\"function\":\"a\"}\n")
        #expect(try fixture.stemma("fsck").output.contains("renamed.jsonl:1 is not"))
        try fixture.write(
            "results/renamed.jsonl", "{\"function\":\"a\",\"to\":\"b\"}\n{\"function\":\"a\",\"to\":\"c\"}\n")
        #expect(try fixture.stemma("fsck").output.contains("the function 'a' became 'b' and 'c'"))
        let unclean = try fixture.stemma("rename", "--function", "double", "x")
        #expect(unclean.status == 1 && unclean.errors.contains("uncommitted changes"), "\(unclean)")
    }
}
