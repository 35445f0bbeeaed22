import Foundation
import TestSupport
import Testing

/// A store that somebody or something has damaged.
@Suite("Broken stores")
struct BrokenStoreTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        try fixture.run("save", "Mean", "subject=1", "session=A", "--value", "1")
        try fixture.run("save", "Mean", "subject=2", "session=A", "--value", "2")
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "[1,2,3]")
        try fixture.run("save", "Raw", "subject=2", "session=A", "--value", "[4,5,6]")
        try fixture.run("commit", "-m", "the beginning")
    }

    private var page: String { "results/records/Mean/subject=1/page.jsonl" }

    @Test("A store of a newer format is not touched")
    func newerFormat() throws {
        try fixture.write(
            "results/stemma.json",
            fixture.read("results/stemma.json").replacing("\"format\": 1", with: "\"format\": 2"))
        let before = try fixture.content()
        for arguments in [
            ["list"], ["save", "Mean", "subject=1", "session=A", "--value", "2"], ["fsck", "--repair"],
            ["init"],
        ] {
            let result = try fixture.stemma.run(arguments, bytes: [])
            #expect(result.status == 1)
            #expect(
                result.errors.contains("the store has format 2; this release reads format 1"), "\(result)")
        }
        #expect(try fixture.content() == before)
    }

    @Test("A page that was edited into something invalid is named with its line; the rest stays readable")
    func invalidPage() throws {
        try fixture.write(page, fixture.read(page) + "{\"content\":\n")
        let list = try fixture.stemma("list", "Mean")
        #expect(list.status == 1)
        #expect(list.lines.count == 2)
        #expect(
            list.errors.hasPrefix("error: records/Mean/subject=1/page.jsonl:2: malformed JSON"), "\(list)")
        #expect(try fixture.run("load", "Mean", "subject=2", "session=A").output == "2\n")
        #expect(try fixture.run("list", "Raw").lines.count == 2)
        #expect(try fixture.run("status").output.contains("problem: records/Mean/subject=1/page.jsonl:2:"))

        let check = try fixture.stemma("fsck")
        #expect(check.status == 4)
        #expect(check.output.hasPrefix("page: records/Mean/subject=1/page.jsonl:2:"), "\(check)")
        let commit = try fixture.stemma("commit", "-m", "no")
        #expect(commit.status == 1 && commit.errors.contains("page.jsonl:2:"))
    }

    @Test("One identity on two lines: both are named, neither is picked")
    func duplicate() throws {
        try fixture.write(page, fixture.read(page) + fixture.read(page).replacing(":1,", with: ":1 ,"))
        let load = try fixture.stemma("load", "Mean", "subject=1", "session=A")
        #expect(load.status == 1 && load.output.isEmpty)
        #expect(
            load.errors.contains(
                "records/Mean/subject=1/page.jsonl:1 and records/Mean/subject=1/page.jsonl:2"), "\(load)")
        #expect(try fixture.run("load", "Mean", "subject=2", "session=A").output == "2\n")
        #expect(try fixture.stemma("fsck").status == 4)
    }

    @Test(
        "A truncated pack is damage, and fsck says that git has it whole, or names the records that it hits")
    func truncatedPack() throws {
        let pack = try #require(fixture.content().keys.first { $0.hasPrefix("objects/packs/") })
        let path = fixture.path("results/\(pack)")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try whole.prefix(whole.count - 9).write(to: URL(fileURLWithPath: path))
        let check = try fixture.stemma("fsck", "--json")
        #expect(check.status == 4)
        #expect(check.output.contains(#""problem":"damaged""#), "\(check)")
        #expect(check.output.contains("; git has it whole") && !check.output.contains("Raw "), "\(check)")
        let load = try fixture.run("load", "Raw", "subject=1", "session=A")
        #expect(load.errors.contains("it was read from git's history"))
        try fixture.git("update-ref", "-d", "HEAD")
        try fixture.git("reflog", "expire", "--expire=all", "--all")
        let lost = try fixture.stemma("fsck", "--json")
        #expect(lost.status == 4 && lost.output.contains("Raw "), "\(lost)")
        #expect(check.lines.last?.contains(#""damaged":true"#) == true)
        // What stands in the pages is not hit.
        #expect(try fixture.run("load", "Mean", "subject=2", "session=A").output == "2\n")
    }

    @Test("A store in a directory that cannot be written can be read; saving is refused")
    func readOnly() throws {
        // Root may write everywhere; then somebody else runs it.
        let becomes = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
        let script = """
            [ -n "\(becomes)" ] && chown -R 65534:65534 .
            chmod -R a-w results
            \(becomes) stemma load Mean subject=1 session=A || exit 10
            \(becomes) stemma save Mean subject=1 session=A --value 3
            """
        defer { _ = try? fixture.stemma.shell("chmod -R u+w results") }
        let before = try fixture.content()
        let result = try fixture.stemma.shell(script)
        #expect(result.output == "1\n", "\(result)")
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot be written"), "\(result)")
        #expect(try fixture.content() == before)
    }

    private static let canMount: Bool =
        (try? Program(in: "/").shell("unshare -m mount -t tmpfs none /tmp").status) == 0

    @Test(
        "A full disk loses nothing and says so",
        .enabled(if: canMount, "needs the right to mount a file system"))
    func fullDisk() throws {
        let result = try fixture.stemma.shell(
            """
            exec unshare -m bash -c '
                mkdir small && mount -t tmpfs -o size=4m none small && cp -r .git results small && cd small || exit 9
                head -c 5000000 /dev/urandom > ../large.bin
                before=$(cd results; find . -path ./local -prune -o -type f -print | sort | xargs sha256sum)
                stemma save Big subject=1 session=A --file ../large.bin
                echo "=> $?"
                after=$(cd results; find . -path ./local -prune -o -type f -print | sort | xargs sha256sum)
                [ "$before" = "$after" ] && echo unchanged
                stemma load Mean subject=1 session=A && stemma fsck --deep
            '
            """)
        #expect(result.errors.contains("no space left on device"), "\(result)")
        #expect(result.output.hasPrefix("=> 1\nunchanged\n1\nno damage"), "\(result)")
        #expect(result.status == 0)
    }

    @Test("Output that cannot be written is an error; a reader that goes away is not")
    func output() throws {
        for command in ["list", "list --json", "help", "load Raw subject=1 session=A"] {
            let result = try fixture.stemma.shell("stemma \(command) > /dev/full")
            #expect(result.status == 1)
            #expect(
                result.errors.hasPrefix("error: cannot write to standard output: no space left on device"))
        }
        let result = try fixture.stemma.shell(
            "for i in {1..3000}; do echo \"{\\\"keys\\\":{\\\"subject\\\":1,\\\"session\\\":\\\"$i\\\"},\\\"value\\\":1}\"; done"
                + " | stemma import Many - --quiet && stemma list Many --json | head -n 1")
        #expect(result.status == 0)
        #expect(result.lines.count == 1)
        #expect(result.errors.isEmpty, "\(result)")
    }
}
