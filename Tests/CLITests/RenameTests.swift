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

    @Test(
        "A variable goes to its new name with all that it has, in one commit in which git sees nothing but renames"
    )
    func variable() throws {
        try double("double", from: "Twice", to: "Four")
        try fixture.write("schema.json", #"{"type":"number"}"#)
        try fixture.run("schema", "set", "Raw", "schema.json", "--schema-version", "0.1.0")
        try fixture.run("commit", "-m", "second")
        let renamed = try fixture.run("rename", "Raw", "Signal")
        #expect(renamed.output.contains("no records changed"), "\(renamed)")
        #expect(try fixture.git("log", "-1", "--format=%B").contains("Stemma-Operation: rename"))
        let files = try fixture.git("show", "--name-status", "-M100%", "--format=", "HEAD").split(
            separator: "\n")
        #expect(files.filter { $0.hasPrefix("R100") }.count == 4, "\(files)")
        #expect(try fixture.content().keys.contains { $0.contains("/Raw/") } == false)
        #expect(try fixture.run("schema", "show", "Signal").output.contains("number"))
        // The pipeline goes on under the new name, and nothing changes.
        #expect(try double("double", from: "Signal") == "2 cached\n")
        #expect(try double("double", from: "Twice", to: "Four") == "2 cached\n")
        #expect(try fixture.run("status", "--stale").output.contains("no record is stale"))
        #expect(try fixture.run("status").output.contains("nothing to commit"))
        #expect(
            try fixture.run("lineage", "Four", "subject=1", "session=A").output.contains("Signal subject=1"))
        let downstream = try fixture.run("lineage", "Signal", "subject=1", "session=A", "--downstream").output
        #expect(downstream.contains("Twice") && downstream.contains("Four"))
        let diff = try fixture.run("diff", "HEAD~1..HEAD").output
        #expect(
            diff.contains("Raw -> Signal  renamed, 2 records") && diff.contains("no differences"), "\(diff)")
        let objects = try fixture.run("diff", "HEAD~1..HEAD", "--json").output
        try Documented.check(objects.split(separator: "\n").map(String.init))
        #expect(objects.contains(#"{"kind":"renamed-variable","from":"Raw","records":2,"to":"Signal"}"#))
        #expect(try fixture.run("fsck").output.hasPrefix("no damage"))
        // On a quiet history the revert is git's own.
        try fixture.run("revert", "HEAD")
        #expect(try fixture.content().keys.contains { $0.contains("/Signal/") } == false)
        #expect(try fixture.git("diff", "--stat", "HEAD", "HEAD~2") == "")
        // And so is the revert of that.
        try fixture.run("revert", "HEAD")
        #expect(try fixture.git("diff", "--stat", "HEAD", "HEAD~2") == "")
    }

    @Test("Reverted after more was saved, the variable gets its old name with all that it has now")
    func revertVariable() throws {
        try fixture.run("rename", "Raw", "Signal")
        try fixture.run("save", "Signal", "subject=3", "session=A", "--value", "3")
        try double("double", from: "Signal")
        try fixture.run("commit", "-m", "more")
        try fixture.run("revert", "HEAD~1")
        #expect(try fixture.run("load", "Raw", "subject=3", "session=A").output == "3\n")
        #expect(try double("double", from: "Raw") == "3 cached\n")
        #expect(try fixture.run("status").output.contains("nothing to commit"))
        #expect(
            try fixture.run("lineage", "Twice", "subject=3", "session=A").output.contains("Raw subject=3"))
    }

    @Test("Nothing is saved under a name that a variable had before")
    func formerName() throws {
        try fixture.run("rename", "Raw", "Signal")
        let before = try fixture.content()
        let saved = try fixture.stemma("save", "Raw", "subject=9", "session=A", "--value", "9")
        #expect(saved.status == 1 && saved.errors.contains("'Raw' is called 'Signal' now"), "\(saved)")
        let run = try fixture.stemma.run(
            [
                "run", "copy", "-i", "x=Signal", "-o", "Raw=o.json", "--for", "subject", "--", "cp", "{x}",
                "{Raw}",
            ],
            bytes: [])
        #expect(run.status == 1 && run.errors.contains("'Raw' is called 'Signal' now"), "\(run)")
        #expect(try fixture.content() == before)
    }

    @Test("What a branch saved under the old name goes to the rest when it is renamed again")
    func afterMerge() throws {
        try fixture.git("switch", "-qc", "side")
        try fixture.run("save", "Raw", "subject=7", "session=A", "--value", "7")
        try fixture.run("commit", "-m", "side")
        try fixture.git("switch", "-q", "main")
        try fixture.run("rename", "Raw", "Signal")
        try fixture.git("-c", "merge.directoryRenames=false", "merge", "-q", "side", "-m", "merged")
        let check = try fixture.stemma("fsck")
        #expect(check.status == 4 && check.output.contains("which is called 'Signal' now"), "\(check)")
        try fixture.run("rename", "Raw", "Signal")
        #expect(try fixture.run("list", "Signal").output.split(separator: "\n").count == 3)
        #expect(try fixture.run("fsck").output.hasPrefix("no damage"))
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
        try double("other", to: "Other")
        try fixture.run("commit", "-m", "another function")
        try fixture.run("rename", "--function", "double", "twofold")
        let before = try fixture.content()
        for (words, message) in [
            (["--function", "nope", "x"], "no call of a function 'nope'"),
            (["--function", "double", "x"], "is called 'twofold' now"),
            (["--function", "twofold", "twofold"], "is called so already"),
            (["--function", "other", "double"], "is called 'twofold' now"),
            (["--function", "twofold", ""], "needs a name"),
            (["--function", "twofold", "a\nb"], "cannot be shown"),
            (["Nope", "X"], "there is no variable 'Nope'"),
            (["Raw", "Twice"], "there is a variable 'Twice' already"),
            (["Raw", "twice"], "differs only in case"),
            (["Raw", "Raw"], "is called so already"),
            (["Raw", "9"], "is not a valid name"),
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
