import Foundation
import StemmaBlobs
import TestSupport
import Testing

@Suite("Runs after damage and loss, and runs that somebody wants to end")
struct RunLossTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        for session in ["A", "B"] {
            try fixture.run("save", "Raw", "subject=1", "session=\(session)", "--value", "[1,2,3]")
        }
        try fixture.run("commit", "-m", "raw")
    }

    private func shell(_ script: String) throws -> Program.Result { try fixture.stemma.shell(script) }

    /// An output too long for its record; the same call at both sessions.
    private func long(_ options: String) throws -> Program.Result {
        try shell(
            "stemma run long -i x=Raw -o Long=l.json \(options) -- sh -c 'echo \"[$(seq -s, 1 500)]\" > $1' {x} {Long}"
        )
    }

    /// Takes the packs away that git does not know.
    private func losePacks() throws {
        let lost = try shell(
            "git ls-files -o --exclude-standard results/objects | tee lost | xargs rm; wc -l < lost")
        guard lost.output == "1\n" else { throw StemmaError(.system, "\(lost)") }
    }

    @Test("The lineage record of a second address comes back when it is lost")
    func secondAddress() throws {
        #expect(try long("--for subject=1 --for session=A").output == "1 computed\n")
        try fixture.run("commit", "-m", "one")
        #expect(try long("--for subject=1 --for session=B").output == "1 cached\n")
        try losePacks()
        #expect(try fixture.stemma("commit", "-m", "lost").status == 1)
        #expect(try long("--for subject --for session").output == "2 cached\n")
        try fixture.run("commit", "-m", "both")
        #expect(try fixture.run("fsck", "--deep").output.hasPrefix("no damage"))
    }

    @Test(
        "It comes back, too, when it is found to be damaged",
        arguments: ["printf XXXX | dd of=$f bs=1 seek=30 conv=notrunc status=none", "truncate -s 100 $f"])
    func secondAddressDamaged(_ how: String) throws {
        _ = try long("--for subject=1 --for session=A")
        try fixture.run("commit", "-m", "one")
        _ = try long("--for subject=1 --for session=B")
        _ = try shell(
            "for f in $(git ls-files -o --exclude-standard results/objects); do chmod u+w $f; \(how); done"
        )
        #expect(try fixture.stemma("commit", "-m", "damaged").status == 1)
        #expect(try long("--dry-run --for subject --for session").status == 0)
        #expect(try long("--for subject --for session").output == "2 cached\n")
        try fixture.run("commit", "-m", "both")
        #expect(try fixture.run("fsck", "--deep").output.hasPrefix("no damage"))
    }

    @Test("A run says why it ran again what it had lost")
    func lostResult() throws {
        _ = try long("--for subject=1 --for session=A")
        try losePacks()
        let again = try long("--for subject=1 --for session=A")
        #expect(again.output == "1 computed\n")
        #expect(
            again.errors.hasPrefix("note: subject=1 session=A was computed again: its lineage record "),
            "\(again)")
        #expect(again.errors.hasSuffix(" is nowhere in this clone\n"))
        try losePacks()
        let json = try long("--json --for subject=1 --for session=A")
        #expect(
            json.lines.first?.hasPrefix(
                #"{"kind":"combination","keys":{"session":"A","subject":1},"ran":true,"reason":"its lineage record "#
            )
                == true, "\(json)")
        #expect(json.lines.first?.hasSuffix(#""state":"up-to-date"}"#) == true)
        #expect(try long("--for subject=1 --for session=A").errors.isEmpty)
    }

    @Test("A large payload that is damaged in another commit is a miss that is told, and the others go on")
    func damagedElsewhere() throws {
        let run =
            "stemma run large -i x=Raw -o Large=l.bin --for subject --for session --keys-env -- sh -c 'yes $STEMMA_KEY_session | head -c 1500000 > $0' {Large}"
        try fixture.git("switch", "-qc", "side")
        #expect(try shell(run).output == "2 computed\n")
        _ = try shell(
            """
            f=$(git ls-files -o --exclude-standard results/objects | grep -v packs | head -n 1)
            printf XXXX | dd of=$f bs=1 seek=40 conv=notrunc status=none
            git add -A; git commit -qm damaged; git switch -q main
            """)
        let again = try shell(run)
        #expect(again.status == 0 && again.output == "1 computed, 1 cached\n", "\(again)")
        #expect(again.errors.contains("was computed again: what is stored of it is damaged"), "\(again)")
        try fixture.run("commit", "-m", "mended")
        #expect(try fixture.run("fsck", "--deep").output.hasPrefix("no damage"))
    }

    @Test("A constant or key that a program cannot be told is refused before anything runs")
    func zeroCharacter() throws {
        let constant = try shell(
            #"stemma run zero -c 'text="a\u0000b"' -o Z=z.json -- sh -c 'touch ran; echo 1 > $1' {text} {Z}"#)
        #expect(
            constant.status == 1 && constant.errors.contains("the constant 'text' has the character U+0000"))
        _ = try shell(
            #"echo '{"keys":{"subject":1,"session":"a\u0000b"},"value":1}' | stemma import Other -"#)
        let key = try shell(
            "stemma run zero -i x=Other -o Z=z.json --for session --for subject -- sh -c 'touch ran; echo 1 > $1' {key:session} {Z}"
        )
        #expect(
            key.status == 1 && key.errors.contains("the key 'session' has the character U+0000"), "\(key)")
        let environment = try shell(
            "stemma run zero -i x=Other -o Z=z.json --for session --for subject --keys-env -- sh -c 'touch ran; echo 1 > $0' {Z}"
        )
        #expect(
            environment.status == 1
                && environment.errors.contains("the key 'session' has the character U+0000"), "\(environment)"
        )
        #expect(!FileManager.default.fileExists(atPath: fixture.path("ran")))
    }

    @Test("Two signals end a run that waits for the lock at its end")
    func waitingForLock() throws {
        let result = try shell(
            """
            (flock 9; exec sleep 60) 9>> results/local/lock & holder=$!
            stemma run wait -i x=Raw -o W=w.json --for subject=1 --for session=A --wait 300 \
                -- sh -c 'echo 1 > $0; touch ran' {W} 2> errors & run=$!
            while ! test -e ran; do sleep 0.1; done
            sleep 1; kill $run; sleep 0.5; kill $run
            wait $run; echo $?
            kill $holder; cat errors
            """)
        #expect(result.lines.first == "143", "\(result)")
        #expect(result.output.contains("is locked by"), "\(result)")
        // What is told is the attempt that has waited, and not one that was made after the signals.
        #expect(!result.output.contains("waited 0.0 seconds"), "\(result)")
    }

    @Test("A limit on the size of files is an error")
    func fileSizeLimit() throws {
        let result = try shell(
            "head -c 3000000 /dev/urandom > big; (ulimit -f 100; env --default-signal=XFSZ stemma save Big subject=1 session=A --file big); echo $?"
        )
        #expect(result.output.hasSuffix("1\n") && result.errors.contains("file too large"), "\(result)")
        // So small that the catalog cannot be written.
        let catalog = try shell(
            "(ulimit -f 16; env --default-signal=XFSZ stemma save Small subject=1 session=A --value 1)")
        #expect(catalog.status == 1 && catalog.errors.contains("ulimit -f"), "\(catalog)")
        #expect(!catalog.errors.contains("delete"), "\(catalog)")
        #expect(try fixture.run("status").output.contains("nothing to commit"))
    }

    @Test("What a program writes to standard error is cut to what can be read")
    func longErrors() throws {
        let result = try shell(
            "stemma run noise -o N=n.json -- sh -c 'head -c 2000000 /dev/zero >&2; exit 1; : {N}'")
        #expect(result.status == 1 && result.output.utf8.count < 10_000, "\(result.output.utf8.count) bytes")
    }
}
