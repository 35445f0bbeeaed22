import Foundation
import StemmaBlobs
import TestSupport
import Testing

@Suite("What answers a run, over branches, damage and edits")
struct RunCacheTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        for subject in 1...2 {
            try fixture.run("save", "Raw", "subject=\(subject)", "session=A", "--value", "\(subject)")
        }
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "raw")
    }

    private func shell(_ script: String) throws -> Program.Result { try fixture.stemma.shell(script) }

    /// An output that is too long to stand in its record.
    private func long(_ options: String = "") throws -> Program.Result {
        try shell(
            "stemma run long -i x=Raw -o Long=l.json --for subject --for session \(options) -- sh -c 'echo \"[$(cat $0),$(seq -s, 1 500)]\" > $1' {x} {Long}"
        )
    }

    @Test("What a branch has computed stays known when it is left, whatever was asked on it")
    func leftBranch() throws {
        try fixture.git("switch", "-qc", "tune")
        #expect(try long().output == "2 computed\n")
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "tune")
        // It looks through history, while the work tree has the packs.
        try fixture.run("why", "Long", "subject=1", "session=A")
        try fixture.git("switch", "-q", "main")
        #expect(try fixture.stemma("load", "Long", "subject=1", "session=A", "--at", "tune").status == 0)
        #expect(
            try fixture.run("lineage", "Long", "subject=1", "session=A", "--at", "tune").output.contains(
                "long"))
        #expect(try long().output == "2 cached\n")
    }

    @Test("A hit from another branch brings its objects along, so that git's own commit has them")
    func broughtAlong() throws {
        try fixture.git("switch", "-qc", "tune")
        _ = try long()
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "tune")
        try fixture.git("switch", "-q", "main")
        let hit = try long()
        #expect(hit.output == "2 cached\n")
        #expect(hit.errors.contains("were taken from other commits of this clone"), "\(hit)")
        #expect(try fixture.run("fsck").output.hasPrefix("no damage"))
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "main")
        let copy = try TemporaryDirectory()
        try fixture.git(
            "clone", "-q", "--single-branch", "-b", "main", "file://\(fixture.directory.path)", copy.file("c")
        )
        let there = fixture.stemma.with(directory: copy.file("c"))
        #expect(try there("load", "Long", "subject=1", "session=A").status == 0)
        #expect(try there("fsck", "--deep").output.hasPrefix("no damage"))
    }

    /// An output that is too large to share a pack.
    private func large(_ options: String = "") throws -> Program.Result {
        try shell(
            "stemma run large -i x=Raw -o Large=l.bin --for subject --for session \(options) -- sh -c 'yes $(cat $0) | head -c 1500000 > $1' {x} {Large}"
        )
    }

    @Test(
        "Payloads that are files of their own are found in other commits, and brought along, as those in packs are"
    )
    func largePayloads() throws {
        try fixture.git("switch", "-qc", "tune")
        #expect(try large().output == "2 computed\n")
        try fixture.run("commit", "-m", "tune")
        try fixture.git("switch", "-q", "main")
        let loaded = try shell(
            "stemma load Large subject=2 session=A --at tune | wc -c; stemma show Large subject=2 session=A --at tune | grep stored"
        )
        #expect(
            loaded.lines.first == "1500000" && loaded.lines.last?.contains("missing") == false, "\(loaded)")
        // The pages alone, as somebody may check them out.
        try fixture.git("checkout", "-q", "tune", "--", "results/records", "results/variables")
        #expect(try fixture.stemma("fsck").output.contains("only in other commits"))
        #expect(try fixture.stemma("fsck", "--repair").status == 0)
        #expect(try fixture.run("fsck", "--deep").output.hasPrefix("no damage"))
        try fixture.git("reset", "-q", "--hard", "main")
        _ = try shell("git clean -qfd; rm -r results/local")
        let again = try large()
        #expect(again.output == "2 cached\n", "\(again)")
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "main")
        let same = try shell("git diff --name-only tune main -- results/objects | grep -v packs | wc -l")
        #expect(same.output == "0\n", "git sees the very files")
        let copy = try TemporaryDirectory()
        try fixture.git(
            "clone", "-q", "--single-branch", "-b", "main", "file://\(fixture.directory.path)", copy.file("c")
        )
        #expect(
            try fixture.stemma.with(directory: copy.file("c"))("fsck", "--deep").output.hasPrefix("no damage")
        )
    }

    @Test("A commit fetches payloads that are files of their own in other commits")
    func largePayloadsCommitted() throws {
        try fixture.git("switch", "-qc", "tune")
        _ = try large()
        try fixture.run("commit", "-m", "tune")
        try fixture.git("switch", "-q", "main")
        try fixture.git("checkout", "-q", "tune", "--", "results/records", "results/variables")
        try fixture.run("commit", "-m", "pages of another branch")
        #expect(try fixture.git("ls-tree", "-r", "--name-only", "HEAD", "results/objects").contains(".zst"))
        #expect(try fixture.run("fsck", "--deep").output.hasPrefix("no damage"))
        #expect(try fixture.git("status", "--porcelain").isEmpty)
    }

    @Test("What is damaged in history is told, takes nothing along, and is computed again")
    func damagedHistory() throws {
        try fixture.git("switch", "-qc", "tune")
        _ = try long()
        _ = try shell(
            """
            for f in results/objects/packs/*; do
                zstd -dcq $f > /dev/null && printf '\\377\\377' | dd of=$f bs=1 seek=60 conv=notrunc status=none
            done
            git add -A; git commit -qm damaged; git switch -q main
            """)
        #expect(try fixture.stemma("fsck").status == 0)
        let first = try long()
        #expect(
            first.status == 0 && first.output == "2 computed\n" && first.errors.contains("damaged"),
            "\(first)")
        #expect(try fixture.run("fsck", "--deep").output.hasPrefix("no damage"))
        #expect(try long().output == "2 cached\n")
    }

    @Test("Objects that only other commits have are brought along by fsck --repair")
    func repaired() throws {
        try fixture.git("switch", "-qc", "tune")
        _ = try long()
        try fixture.git("add", "-A")
        try fixture.git("commit", "-qm", "tune")
        try fixture.git("switch", "-q", "main")
        // The pages without the packs, as somebody may check them out.
        try fixture.git("checkout", "-q", "tune", "--", "results/records", "results/variables")
        let found = try fixture.stemma("fsck")
        #expect(found.output.contains("only in other commits"), "\(found)")
        #expect(found.output.contains("stemma fsck --repair brings them along"))
        #expect(try fixture.stemma("fsck", "--repair").status == 0)
        #expect(try fixture.run("fsck").output.hasPrefix("no damage"))
    }

    @Test("What fsck --repair finds damaged in other commits names the records that it hits")
    func damagedElsewhere() throws {
        try fixture.git("switch", "-qc", "tune")
        _ = try large()
        let result = try shell(
            """
            for f in results/objects/??/*; do printf '\\377\\377' | dd of=$f bs=1 seek=60 conv=notrunc status=none; done
            git add -A; git commit -qm damaged; git switch -q main
            git checkout -q tune -- results/records results/variables
            """)
        #expect(result.status == 0, "\(result)")
        let found = try fixture.stemma("fsck", "--repair", "--json")
        let damaged = found.lines.filter { $0.contains(#""problem":"damaged""#) }
        #expect(damaged.count == 2, "\(found)")
        for subject in 1...2 {
            #expect(damaged.contains { $0.contains("Large subject=\(subject) session=A") }, "\(found)")
        }
    }

    @Test("An answer that another clone has is found when those of this one are forgotten")
    func answerOfAnotherClone() throws {
        let clone = try TemporaryDirectory()
        let copy = clone.file("c")
        try fixture.git("clone", "-q", "file://\(fixture.directory.path)", copy)
        let other = fixture.stemma.with(directory: copy)
        // Something else each time: two answers of one call.
        let run = "stemma run t -o T=o.txt --for subject=1 -- sh -c 'date +%s%N > $0' {T}"
        #expect(try other.shell("\(run); stemma commit -m t").output.hasPrefix("1 computed\n"))
        let value = try other("load", "T", "subject=1").output
        #expect(try shell(run).output == "1 computed\n")
        #expect(try fixture.stemma("forget", "--function", "t").status == 0)
        let result = try shell("git fetch -q \(copy) HEAD:refs/heads/other; sleep 2.1; \(run)")
        #expect(result.output == "1 cached\n", "\(result)")
        #expect(try fixture.run("load", "T", "subject=1").output == value)
    }

    @Test("Programs of one name in different places are different programs")
    func places() throws {
        for (folder, text) in [("a", "A"), ("b", "B")] {
            try fixture.write("\(folder)/tool", "#!/bin/sh\nprintf \(text) > $1\n")
        }
        let elsewhere = try TemporaryDirectory()
        let result = try shell(
            """
            chmod +x a/tool b/tool; mv a b \(elsewhere.path)
            for d in a b; do PATH=\(elsewhere.path)/$d:$PATH stemma run t -o T=o.txt --for subject=1 -- \(elsewhere.path)/$d/tool {T}; stemma load T subject=1; echo; done
            """)
        #expect(result.lines == ["1 computed", "A", "1 computed", "B"], "\(result)")
    }

    @Test("A record that holds something else than its lineage says is no answer, and is found")
    func editedContent() throws {
        _ = try long()
        let result = try shell(
            """
            cd results/records/Long
            content() { sed 's/.*"content":"\\([0-9a-f]*\\)".*/\\1/' subject=$1/page.jsonl; }
            sed -i "s/$(content 1)/$(content 2)/" subject=1/page.jsonl
            """)
        #expect(result.status == 0, "\(result)")
        let found = try fixture.stemma("fsck")
        #expect(found.status == 4)
        #expect(
            found.output.contains("mismatch") || found.output.contains("of its lineage record is"), "\(found)"
        )
        #expect(try long("-n").output.contains("1 up-to-date"))
        #expect(try long().output == "2 cached\n")
        #expect(try fixture.run("load", "Long", "subject=1", "session=A").output.hasPrefix("[1,1,2,"))
        #expect(try fixture.run("fsck").output.hasPrefix("no damage"))
    }

    @Test("A result that stands under exactly the version counts, not one that stands beside it")
    func exactVersion() throws {
        func scale(_ factor: Int, _ options: String = "") throws -> String {
            try shell(
                "stemma run scale -i x=Raw -c k=\(factor) -o S=s.json --for subject=1 --for session=A \(options) -- sh -c 'echo $(( $(cat $0) * $1 )) > $2' {x} {k} {S}"
            ).output
        }
        #expect(try scale(1) == "1 computed\n")
        #expect(try scale(2, "--no-version") == "1 computed\n")
        #expect(try scale(1, "--no-version -n").contains("missing"))
        #expect(try scale(1, "--no-version") == "1 cached\n")
        #expect(try fixture.run("load", "S", "subject=1", "session=A", "--version", "{}").output == "1\n")
    }

    @Test("Keys that another run has told in the environment are not told to this one")
    func inheritedKeys() throws {
        func run(_ inherited: Int) throws -> String {
            try shell(
                "STEMMA_KEY_subject=\(inherited) stemma run k -i x=Raw@subject=1 -o K=k.txt --keys-env --for session=A -- sh -c 'echo $STEMMA_KEY_session$STEMMA_KEY_subject > $1' {x} {K}; stemma load K session=A"
            ).output
        }
        #expect(try run(7) == "1 computed\nA\n")
        #expect(try run(8) == "1 cached\nA\n")
    }

    @Test(
        "What was computed waits for a lock that another process holds, and is counted if it cannot be saved")
    func lockedStore() throws {
        let script = """
            (flock 9; touch held; sleep $HOLD) 9<>results/local/lock & sleep 0.1
            while [ ! -e held ]; do sleep 0.05; done
            stemma --wait 0.5 run f -i x=Raw -o F=f.json --jobs 1 --for subject --for session -- sh -c 'cp $0 $1; sleep 0.7' {x} {F}; echo $?; wait; rm held
            """
        let short = try shell("HOLD=1.2\n" + script)
        #expect(short.lines == ["2 computed", "0"], "\(short)")
        // A file of its own takes no memory while it waits.
        let large = try shell(
            "HOLD=1.2\n"
                + script.replacingOccurrences(of: "cp $0 $1", with: "head -c 70000000 /dev/zero > $1")
                .replacingOccurrences(of: "-o F=f.json", with: "-o G=g.bin").replacingOccurrences(
                    of: "{F}", with: "{G}"))
        #expect(large.lines == ["2 computed", "0"], "\(large)")
        try fixture.run("remove", "F", "--all")
        try fixture.run("forget", "--function", "f")
        let long = try shell("HOLD=6\n" + script)
        #expect(long.lines == ["5"], "\(long)")
        #expect(long.errors.contains("2 results that were computed could not be saved"), "\(long)")
    }

    @Test("A forgotten.jsonl that cannot be read is one error, of run and of fsck")
    func brokenForgotten() throws {
        try fixture.write("results/forgotten.jsonl", "{\"lineage\":\"zz\"}\n")
        let result = try long()
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("forgotten.jsonl:1 is not") && result.errors.contains("hint: "))
        let check = try fixture.stemma("fsck")
        #expect(check.status == 4 && check.output.contains("forgotten.jsonl:1 is not"), "\(check)")
    }
}

@Suite("Records whose lineage cannot be read")
struct UnreadableLineageTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "5")
        let made = try fixture.stemma.shell(
            "stemma run twins -i x=Raw -o P=p.json -o Q=q.json --for subject=1 --for session=A -- sh -c 'cp $0 $1; cp $0 $2' {x} {P} {Q}"
        )
        guard made.status == 0 else { throw StemmaError(.system, "\(made)") }
    }

    @Test("Of two equal outputs the record says which one it is")
    func equalOutputs() throws {
        for (variable, which) in [("P", "output 1 of 2"), ("Q", "output 2 of 2")] {
            let lineage = try fixture.run("lineage", variable, "subject=1", "session=A")
            #expect(lineage.output.contains(which), "\(lineage)")
            #expect(try fixture.run("show", variable, "subject=1", "session=A").output.contains(which))
        }
    }

    @Test("What is downstream is drawn once, also where more follows from it")
    func downstream() throws {
        let more = try fixture.stemma.shell(
            "stemma run more -i p=P -o R=r.json --for subject=1 --for session=A -- cp {p} {R}")
        #expect(more.status == 0, "\(more)")
        let lines = try fixture.run(
            "lineage", "Raw", "subject=1", "session=A", "--downstream", "--format", "dot"
        ).lines
        #expect(lines.filter { $0.contains(/^ +n\d+ \[label=/) }.count == 4, "\(lines)")
        #expect(lines.filter { $0.contains(" -> ") }.count == 3, "\(lines)")
    }

    @Test("show and why say that lineage is missing, and say everything else")
    func missing() throws {
        try fixture.run("commit", "-m", "twins")
        _ = try fixture.stemma.shell(
            "rm -r results/objects/packs/* results/local; git add -A; git commit -qm gone; git gc -q")
        // History has them, as long as it is there.
        #expect(try fixture.run("show", "Q", "subject=1", "session=A").output.contains("twins"))
        _ = try fixture.stemma.shell(
            "git checkout -q --orphan fresh; git commit -qm all; git branch -D main; git reflog expire --expire=all --all; git gc -q --prune=now; rm -r results/local"
        )
        let shown = try fixture.run("show", "Q", "subject=1", "session=A")
        #expect(shown.output.contains("made by  not known: its lineage record is missing"), "\(shown)")
        #expect(shown.output.contains("history") && shown.output.contains("all"), "\(shown)")
        let json = try fixture.run("show", "Q", "subject=1", "session=A", "--json").lines
        #expect(json.contains { $0.contains(#""origin":"missing""#) })
        try Documented.check(json)
        let why = try fixture.stemma("why", "Q", "subject=1", "session=A")
        #expect(why.status == 0 && why.output.contains("its lineage record is missing"), "\(why)")
    }
}
