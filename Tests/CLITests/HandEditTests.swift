import Foundation
import TestSupport
import Testing

@Suite("What a hand, another tree or another key did to a store")
struct HandEditTests {
    private func edited(_ old: String, _ new: String) throws -> StoreFixture {
        let fixture = try StoreFixture()
        try fixture.run("save", "Rate", "subject=1", "session=A", "--value", "61.5")
        try fixture.run("save", "Rate", "subject=1", "session=B", "--value", "64")
        try fixture.run("save", "List", "subject=1", "session=A", "--value", "[1,2]")
        try fixture.run("commit", "-m", "first")
        for page in ["Rate", "List"].map({ "results/records/\($0)/subject=1/page.jsonl" }) {
            try fixture.write(page, fixture.read(page).replacing(old, with: new))
        }
        return fixture
    }

    @Test("A value that was edited in its line is named by file and line, and neither shown nor committed")
    func value() throws {
        let fixture = try edited(#""value":61.5"#, with: #""value":71.5"#)
        let list = try fixture.stemma("list", "Rate")
        #expect(list.status == 1 && !list.output.contains("71.5") && list.output.contains("= 64"))
        #expect(list.errors.contains("records/Rate/subject=1/page.jsonl:1"))
        #expect(try fixture.stemma("status").output.contains("page.jsonl:1"))
        let commit = try fixture.stemma("commit", "-m", "edited")
        #expect(commit.status == 1 && commit.errors.contains("'value' is not what 'content' and 'size' say"))
        #expect(try fixture.stemma("fsck").status == 4)
        #expect(try !fixture.stemma("diff").output.contains("71.5"))
    }

    @Test("A size that was edited is an error of loading and of fsck, also when git has the payload")
    func size() throws {
        let fixture = try edited(#""size":6"#, with: #""size":5"#)
        let load = try fixture.stemma("load", "List", "subject=1", "session=A")
        #expect(load.status == 1 && load.output == "" && load.errors.contains("6 bytes"))
        let fsck = try fixture.stemma("fsck")
        #expect(fsck.status == 4)
        #expect(fsck.output.contains("List subject=1 session=A says that it has 5 bytes; its payload has 6"))
    }

    @Test("A damaged pack that git has whole is read from there, and that is said")
    func damagedPack() throws {
        let fixture = try edited("nothing", "of it")
        _ = try fixture.stemma.shell(
            "for p in results/objects/packs/*; do printf XXXX | dd of=$p bs=1 seek=12 conv=notrunc; done")
        let load = try fixture.stemma("load", "List", "subject=1", "session=A")
        #expect(load.status == 0 && load.output == "[1,2]\n", "\(load)")
        #expect(load.errors.hasPrefix("warning: ") && load.errors.contains("it was read from git's history"))
    }

    @Test(
        "Integers that a double may not hold are refused wherever they are typed",
        arguments: ["36028797018963970", "9007199254740994", "100000000000000000000"])
    func integers(text: String) throws {
        let fixture = try StoreFixture()
        let before = try fixture.content()
        let address = ["V", "subject=1", "session=A"]
        for words in [
            ["save"] + address + ["--value", text], ["save"] + address + ["n=\(text)", "--value", "1"],
            ["save", "V", "subject=\(text)", "session=A", "--value", "1"],
        ] {
            let result = try fixture.stemma.run(words, bytes: [])
            #expect(result.status == 1 && result.errors.contains("2^53"), "\(words): \(result)")
        }
        let line = #"{"keys":{"subject":1,"session":"A"},"value":\#(text)}"#
        let result = try fixture.stemma.run(["import", "V", "-"], bytes: Array(line.utf8))
        #expect(result.status == 1 && result.errors.contains("standard input:1:"))
        #expect(try fixture.content() == before)
    }

    @Test("Variants are listed so that a shell takes them, numbers and strings told apart")
    func variants() throws {
        let fixture = try StoreFixture()
        for version in ["v=1", "v=\"1\"", "v=a b"] {
            try fixture.run("save", "V", "subject=1", "session=A", version, "--value", "\"\(version.count)\"")
        }
        let result = try fixture.stemma("load", "V", "subject=1", "session=A")
        #expect(result.errors.contains("3 variants match V subject=1 session=A: v='\"1\"'; v='a b'; v=1"))
    }

    @Test("An empty message is refused, and a lock of git's index is told by its exit code")
    func refusals() throws {
        let fixture = try StoreFixture()
        try fixture.run("save", "V", "subject=1", "session=A", "--value", "1")
        for text in ["", "  \n "] {
            let result = try fixture.stemma("commit", "-m", text)
            #expect(result.status == 1 && result.errors.contains("message"))
        }
        try fixture.write(".git/index.lock", "")
        #expect(try fixture.stemma("--wait", "0", "commit", "-m", "locked").status == 5)
    }

    @Test("A revision may begin with @, and a store is made neither in .git nor in another store")
    func places() throws {
        let fixture = try StoreFixture()
        for value in ["1", "2"] {
            try fixture.run("save", "V", "subject=1", "session=A", "--value", value)
            try fixture.run("commit", "-m", value)
        }
        #expect(try fixture.stemma("load", "V", "subject=1", "session=A", "--at", "@~1").output == "1\n")
        for place in [".git/x", "results/records/foo", "results/local"] {
            let result = try fixture.stemma("init", place)
            #expect(result.status == 1 && result.errors.contains("no store can be made"), "\(result)")
        }
    }

    @Test("A large payload of another work tree of the repository is read from there")
    func linkedWorkTree() throws {
        let fixture = try StoreFixture()
        let settings = try fixture.read("results/stemma.json")
        try fixture.write(
            "results/stemma.json", settings.replacing("\n}", with: ",\n  \"maxTrackedBytes\": 1000\n}"))
        try fixture.write("big.bin", String(repeating: "0123456789", count: 300_000))
        try fixture.run("save", "Big", "subject=1", "session=A", "--file", "big.bin")
        try fixture.run("commit", "-m", "big")
        try fixture.git("worktree", "add", "-q", "other")
        let other = fixture.stemma.with(directory: fixture.path("other"))
        #expect(try other("fsck").status == 0)
        #expect(try other("load", "Big", "subject=1", "session=A").output.count == 3_000_000)
    }

    @Test("What was a version entry becomes a key, unless two records would be one")
    func promote() throws {
        let fixture = try StoreFixture()
        for run in ["1", "2"] {
            try fixture.run("save", "V", "subject=1", "session=A", "run=\(run)", "low=20", "--value", run)
        }
        try fixture.run("save", "W", "subject=1", "session=A", "--value", "7")
        try fixture.run("commit", "-m", "first")
        let before = try fixture.content()
        let refused = try fixture.stemma("init", "results", "--key", "run:integer")
        #expect(refused.status == 1 && refused.errors.contains("'run' is a version entry"))
        #expect(try fixture.stemma("init", "results", "--key", "low:string", "--promote").status == 1)
        #expect(try fixture.content() == before)
        let made = try fixture.run("init", "results", "--key", "run:integer", "--promote")
        #expect(made.output.contains("readdressed 2 records"))
        #expect(
            try fixture.run("list", "V").output.split(separator: "\n").map { $0.prefix(36) }
                == ["V subject=1 session=A run=1 low=20  ", "V subject=1 session=A run=2 low=20  "])
        #expect(try fixture.run("load", "W", "subject=1", "session=A").output == "7\n")
        #expect(try fixture.stemma("fsck").status == 0)
        try fixture.run("commit", "-m", "promoted")
        #expect(try fixture.git("status", "--porcelain") == "")
    }
}

extension HandEditTests {
    private func edited(_ old: String, with new: String) throws -> StoreFixture { try edited(old, new) }
}
