import TestSupport
import Testing

@Suite("stemma revert of a migration")
struct RevertMigrationTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture(keys: ["subject:integer"])
        for subject in 1...2 {
            try fixture.run("save", "Trial", "subject=\(subject)", "--value", #"{"onset":\#(subject)}"#)
        }
        try fixture.run("commit", "-m", "old form")
        try fixture.write("up.sh", "sed 's/onset/start/'\n")
        try fixture.write("down.sh", "sed 's/start/onset/'\n")
    }

    private func migrate(_ further: String...) throws {
        let result = try fixture.stemma.run(
            ["migrate", "Trial", "--to", "0.1.0", "--program", "sh up.sh"] + further, bytes: [])
        #expect(result.status == 0, "\(result)")
        try fixture.run("save", "Trial", "subject=3", "--value", #"{"start":3}"#)
        try fixture.run("commit", "-m", "a new record")
    }

    @Test("A program takes newer records down only if it is named on the command line")
    func program() throws {
        try migrate("--down-program", "sh down.sh")
        let before = try fixture.content()
        let refused = try fixture.stemma("revert", "HEAD~1")
        #expect(refused.status == 1 && refused.errors.contains("runs the program 'sh'"), "\(refused)")
        #expect(refused.errors.contains("--allow-program"))
        #expect(try fixture.content() == before)
        try fixture.run("revert", "HEAD~1", "--allow-program", "sh")
        #expect(try fixture.run("load", "Trial", "subject=1").output == "{\"onset\":1}\n")
        #expect(try fixture.run("load", "Trial", "subject=3").output == "{\"onset\":3}\n")
        #expect(try fixture.run("status").output.contains("nothing to commit"))
        try fixture.run("revert", "HEAD")
        #expect(try fixture.content() == before)
    }

    @Test("Without a way down newer records are counted, and stay if that is asked for")
    func keepNewer() throws {
        try migrate()
        let refused = try fixture.stemma("revert", "HEAD~1")
        #expect(
            refused.status == 1 && refused.errors.contains("1 record of Trial cannot be taken down to 0.0.1"))
        #expect(refused.errors.contains("--keep-newer leaves them at their version"), "\(refused)")
        #expect(refused.output.contains("! Trial subject=3: "), "\(refused)")
        let objects = try fixture.stemma("revert", "HEAD~1", "--json").output.split(separator: "\n")
        try Documented.check(objects.map(String.init))
        #expect(objects.count { $0.contains(#""kind":"migration-failure""#) } == 1, "\(objects)")
        #expect(objects.first?.contains(#""keys":{"subject":3}"#) == true)
        try fixture.run("revert", "HEAD~1", "--keep-newer")
        #expect(try fixture.run("load", "Trial", "subject=1").output == "{\"onset\":1}\n")
        #expect(try fixture.run("load", "Trial", "subject=3", "--as-stored").output == "{\"start\":3}\n")
        #expect(try fixture.run("list", "Trial", "subject=3", "--json").output.contains(#""schema":"0.1.0""#))
        #expect(try fixture.run("fsck").output.hasPrefix("no damage"))
    }

    private static let renaming =
        #"{"from":"0.0.1","to":"0.1.0","up":[{"op":"rename","at":"/onset","to":"start"}]}"#

    @Test("Another migration of a step by which records stayed is refused, with what helps")
    func anotherDefinition() throws {
        try fixture.write("up.json", Self.renaming)
        try fixture.write("other.json", Self.renaming.replacing("start", with: "begin"))
        try fixture.run("migrate", "Trial", "--to", "0.1.0", "--with", "up.json")
        try fixture.run("save", "Trial", "subject=3", "--value", #"{"start":3}"#)
        try fixture.run("commit", "-m", "a new record")
        try fixture.run("revert", "HEAD~1", "--keep-newer")
        let refused = try fixture.stemma("migrate", "Trial", "--to", "0.1.0", "--with", "other.json")
        #expect(refused.status == 1 && refused.errors.contains("there is another migration"), "\(refused)")
        #expect(refused.errors.contains("stemma revert of the commit that brought it"), "\(refused)")
        try fixture.run("revert", "HEAD~2")
        try fixture.run("migrate", "Trial", "--to", "0.1.0", "--with", "other.json")
        #expect(try fixture.run("load", "Trial", "subject=3").output == "{\"begin\":3}\n")
    }

    @Test("What a merge brought of a version that was taken back goes down by a definition that is given")
    func merged() throws {
        let fixture = try StoreFixture(keys: ["subject:integer", "session"])
        try fixture.run("save", "Trial", "subject=1", "session=A", "--value", #"{"onset":1}"#)
        try fixture.run("commit", "-m", "old form")
        try fixture.write("up.json", Self.renaming)
        try fixture.run("migrate", "Trial", "--to", "0.1.0", "--with", "up.json")
        try fixture.git("switch", "-q", "-c", "side")
        try fixture.run("save", "Trial", "subject=3", "session=A", "--value", #"{"start":3}"#)
        try fixture.run("commit", "-m", "a new record")
        try fixture.git("switch", "-q", "-")
        try fixture.run("revert", "HEAD")
        try fixture.git("merge", "-q", "--no-edit", "side")
        let refused = try fixture.stemma("migrate", "Trial", "--to", "0.0.1")
        #expect(refused.status == 1 && refused.errors.contains("--to V --with FILE"), "\(refused)")
        try fixture.run("migrate", "Trial", "--to", "0.0.1", "--with", "up.json")
        #expect(try fixture.run("load", "Trial", "subject=3", "session=A").output == "{\"onset\":3}\n")
    }

    @Test("Control-C ends the program that takes records down, and changes nothing")
    func interrupted() throws {
        try migrate("--down-program", "sh down.sh")
        try fixture.write("down.sh", "echo $$ > pid; touch mark; sleep 300\n")
        let before = try fixture.content()
        let result = try fixture.stemma.shell(
            """
            set -m
            stemma revert HEAD~1 --allow-program sh > out 2> errors &
            for i in $(seq 200); do [ -e mark ] && break; sleep 0.05; done
            kill -INT $!; wait $!; echo $?
            grep -qs '^State:.[RSD]' /proc/$(cat pid)/status || echo "none is left"
            """)
        #expect(result.output == "130\nnone is left\n", "\(result)")
        #expect(try fixture.content() == before)
        #expect(try fixture.run("status").output.contains("nothing to commit"))
    }

    @Test("One that takes longer than it may is ended")
    func timeLimit() throws {
        try migrate("--down-program", "sh down.sh")
        try fixture.write("down.sh", "sleep 300\n")
        let before = try fixture.content()
        let result = try fixture.stemma("revert", "HEAD~1", "--allow-program", "sh", "--time-limit", "0.2")
        #expect(result.status == 1 && result.errors.contains("0.2"), "\(result)")
        #expect(try fixture.content() == before)
    }
}
