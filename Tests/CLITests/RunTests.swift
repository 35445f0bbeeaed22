import Foundation
import StemmaBlobs
import TestSupport
import Testing

@Suite("Any program as a thunk")
struct RunTests {
    private let fixture: StoreFixture

    init() throws {
        fixture = try StoreFixture()
        let lines = (1...3).flatMap { subject in
            ["A", "B"].map { session in
                #"{"keys":{"subject":\#(subject),"session":"\#(session)"},"value":"s\#(subject)\#(session)"}"#
            }
        }
        let made = try fixture.stemma("import", "Raw", "-", input: lines.joined(separator: "\n"))
        guard made.status == 0 else { throw StemmaError(.system, "\(made)") }
        try fixture.write(
            "step.sh",
            """
            # step.sh INPUT LOW OUTPUT
            echo "run for $1" >> runs
            if grep -q "s3" "$1"; then echo one >&2; echo "cannot take it" >&2; exit 3; fi
            printf '"%s low %s"' "$(tr -d '"\\n' < "$1")" "$2" > "$3"

            """)
    }

    private func shell(_ script: String) throws -> Program.Result { try fixture.stemma.shell(script) }

    /// `stemma run` of step.sh with more options.
    private func step(_ options: String = "--for subject --for session") throws -> Program.Result {
        try shell(
            "stemma run step -i signal=Raw -c low=20 -o Out=out.json --code step.sh \(options) -- sh step.sh {signal} {low} {Out}"
        )
    }

    private func runs() throws -> Int {
        FileManager.default.fileExists(atPath: fixture.path("runs"))
            ? try fixture.read("runs").split(separator: "\n").count : 0
    }

    private func load(_ words: String...) throws -> String {
        try fixture.stemma.run(["load"] + words, bytes: []).output
    }

    @Test(
        "Every combination is run once; one that fails is reported with its last lines, and the rest goes on")
    func everyCombination() throws {
        let first = try step()
        #expect(first.status == 1)
        #expect(
            first.output == """
                  failed  subject=3 session=A  sh exited with status 3
                    one
                    cannot take it
                  failed  subject=3 session=B  sh exited with status 3
                    one
                    cannot take it
                4 computed, 2 failed

                """)
        #expect(try load("Out", "subject=1", "session=B", "low=20") == "\"s1B low 20\"\n")
        #expect(try runs() == 6)
        #expect(try step("--for subject=1,2 --for session=A,B").output == "4 cached\n")
        #expect(try runs() == 6, "nothing runs again")
        #expect(try step().output.hasSuffix("4 cached, 2 failed\n"), "failures are not remembered as results")
        #expect(try runs() == 8)
        #expect(try fixture.run("fsck", "--deep").status == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.path("results/local/tmp")).isEmpty)
    }

    @Test("A code file that is a pipe is refused, and not waited for")
    func pipeAsCode() throws {
        let result = try shell(
            "mkfifo code; timeout -s KILL 20 stemma run t -o T=o.txt --for subject=1 --code code -- sh -c 'echo 1 > $0' {T}"
        )
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains("the code file code is no regular file"), "\(result)")
    }

    @Test(
        "What a program leaves behind is not waited for once it has ended, though nobody may take note of that",
        arguments: ["os.execvp('stemma', words)", "sys.exit(subprocess.run(words).returncode)"])
    func childrenOfNobody(start: String) throws {
        // The first process of a container: children whose parent has ended are its own.
        try fixture.write(
            "first.py",
            """
            import ctypes, os, subprocess, sys
            words = ['stemma', 'run', 't', '-o', 'T=o.txt', '--for', 'subject=1,2,3', '--jobs', '1', '--',
                     'sh', '-c', 'date +%s%N >> times; sleep 300 & echo {key:subject} > $0', '{T}']
            assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0
            \(start)

            """)
        let result = try shell("python3 first.py")
        #expect(result.status == 0 && result.output.contains("3 computed"), "\(result)")
        let times = try fixture.read("times").split(separator: "\n").compactMap { Int($0) }
        #expect(times.count == 3 && times[2] - times[0] < 3_000_000_000, "\(times)")
    }

    @Test("A dry run says of every combination how it stands and because of what, and runs nothing")
    func dryRun() throws {
        _ = try step("--for subject=1,3 --for session=A")
        let ran = try runs()
        func states(_ options: String = "") throws -> [String] {
            try step("-n --for subject=1,2,3 --for session=A \(options)").lines
        }
        #expect(
            try states() == [
                "  up-to-date  subject=1 session=A", "  missing     subject=2 session=A",
                "  failed      subject=3 session=A  sh exited with status 3: cannot take it",
                "1 up-to-date, 1 missing, 1 failed",
            ])
        try fixture.write("step.sh", fixture.read("step.sh") + "# another version\n")
        #expect(try states()[0] == "  stale    subject=1 session=A  the code of step: file step.sh")
        try fixture.run("save", "Raw", "subject=1", "session=A", "--value", "\"other\"")
        try fixture.run("remove", "Raw", "subject=2", "session=A")
        let json = try step("--json -n --for subject=1,2 --for session=A").lines
        #expect(
            json[0].contains(#""component":"identity""#) && json[0].contains(#""parts":["file step.sh"]"#))
        #expect(json[1].contains(#""state":"input-missing""#))
        #expect(
            json[2]
                == #"{"kind":"summary","dryRun":true,"failed":0,"inputMissing":1,"missing":0,"stale":1,"upToDate":0}"#
        )
        try Documented.check(json)
        #expect(try runs() == ran)
    }

    @Test("Constants become version entries unless --no-version, and old code finds the old results")
    func versions() throws {
        _ = try step("--for subject=1 --for session=A")
        let old = try fixture.read("step.sh")
        try fixture.write("step.sh", old.replacing("low %s", with: "LOW %s"))
        #expect(try step("--for subject=1 --for session=A").output == "1 computed\n")
        #expect(try load("Out", "subject=1", "session=A") == "\"s1A LOW 20\"\n")
        try fixture.write("step.sh", old)
        #expect(try step("--for subject=1 --for session=A").output == "1 cached\n")
        #expect(try load("Out", "subject=1", "session=A") == "\"s1A low 20\"\n")
        #expect(try step("--no-version --for subject=2 --for session=A").output == "1 computed\n")
        #expect(try load("Out", "subject=2", "session=A", "--version", "{}") == "\"s2A low 20\"\n")
        let identities = try fixture.run("show", "--function", "step").lines
        #expect(identities.filter { $0.hasPrefix("step") }.count == 2)
        #expect(identities.contains { $0.contains("file") && $0.contains("step.sh") })
        let json = try fixture.run("show", "--function", "step", "--json").lines
        #expect(json.count == 3)
        try Documented.check(json)
        #expect(!json.joined().contains(fixture.directory.path), "no path of this machine")
    }

    @Test("Several inputs, fixed ones, several outputs and keys go into the command")
    func many() throws {
        try fixture.run("save", "Steps", "subject=1", "session=pre", "--value", "7")
        try fixture.run("save", "Info", "subject=1", "--value", "\"left handed\"")
        func run(_ key: String) throws -> Program.Result {
            try shell(
                """
                stemma run join -i signal=Raw -i base=Steps@session=pre -i info=Info@session= -o Joined=all.csv -o N=n.txt \\
                    --format N=json --for subject=1 --for session=A,B -- \\
                    sh -c 'cat "$1" "$2" "$3" > "$4"; echo 3 > "$5"; printf "%s" "$6{{}}" >> "$4"' - {signal} {base} {info} {Joined} {N} '\(key)'
                """)
        }
        #expect(try run("{key:session}").output == "2 computed\n")
        #expect(
            try load("Joined", "subject=1", "session=B") == "\"s1B\"\n7\n\"left handed\"\nB{}")
        #expect(try load("N", "subject=1", "session=B") == "3\n")
        let shown = try fixture.run("show", "N", "subject=1", "session=B").output
        #expect(shown.contains("output 2 of 2") && shown.contains("Steps subject=1 session=pre"))
    }

    @Test("A key enters the call where the program is told it, and only there")
    func keys() throws {
        try fixture.run("save", "Raw", "subject=1", "session=B", "--value", "\"s1A\"")
        let copy = "stemma run copy -i x=Raw -o Y=y.json --for subject=1"
        #expect(try shell("\(copy) --for session=A -- cp {x} {Y}").output == "1 computed\n")
        #expect(try shell("\(copy) --for session=B -- cp {x} {Y}").output == "1 cached\n")
        let told =
            "\(copy) --for session=A,B --keys-env -- sh -c 'echo \\\"$STEMMA_KEY_session $STEMMA_KEY_subject\\\" > $0' {Y}"
        #expect(try shell(told).output == "2 computed\n")
        #expect(try load("Y", "subject=1", "session=B") == "\"B 1\"\n")
        #expect(try shell(told).output == "2 cached\n")
    }

    @Test("Options in another order are the same call")
    func order() throws {
        let head = "stemma run f --for subject=1 --for session=A"
        #expect(
            try shell("\(head) -i a=Raw -i b=Raw@session=B -c n=1 -o O=o.txt -- cp {a} {O}").output
                == "1 computed\n")
        #expect(
            try shell("\(head) -o O=o.txt -c n=1 -i b=Raw@session=B -i a=Raw -- cp {a} {O}").output
                == "1 cached\n")
    }

    @Test("Where the directory lies on this machine is no part of the identity")
    func portable() throws {
        let tail = "--for subject=1 --for session=A -o Out=o.txt -i signal=Raw"
        #expect(
            try shell("stemma run f \(tail) --code step.sh -- cp {signal} {Out}").output == "1 computed\n")
        try fixture.write("sub/tool.sh", "cp $1 $2\n")
        func run(in directory: String) throws -> String {
            try shell(
                "cd \(directory) && stemma run g \(tail) --code $PWD/sub/tool.sh -- sh $PWD/sub/tool.sh {signal} {Out}"
            ).output
        }
        #expect(try run(in: ".") == "1 computed\n")
        #expect(try run(in: ".") == "1 cached\n")
        let copy = try TemporaryDirectory()
        _ = try shell("cp -r . \(copy.file("moved"))")
        #expect(try run(in: copy.file("moved")) == "1 cached\n")
    }

    @Test("A code file that is named twice is named once")
    func codeTwice() throws {
        func run(_ code: String) throws -> String {
            try shell("stemma run f -o O=o.txt \(code) --for subject=1 -- sh -c 'echo 1 > $0' {O}").output
        }
        try fixture.write("other.sh", "# another file\n")
        #expect(try run("--code step.sh") == "1 computed\n")
        for twice in ["step.sh --code step.sh", "./step.sh --code step.sh", "$PWD/step.sh --code ./step.sh"] {
            #expect(try run("--code \(twice)") == "1 cached\n", "\(twice)")
        }
        #expect(try run("--code step.sh --code other.sh") == "1 computed\n")
        #expect(try run("--code other.sh --code step.sh --code other.sh") == "1 cached\n")
    }

    @Test("A program that is told the keys in its environment is another function than one that is not")
    func environment() throws {
        let script = #"printf '"%s"' "${{STEMMA_KEY_subject:-none}} {key:subject}" > {O}"#
        try fixture.write("script", script)
        let run = "stemma run e -o O=o.json --for subject=1 --for session=A"
        #expect(try shell("\(run) -- sh -c \"$(cat script)\"").output == "1 computed\n")
        #expect(try load("O", "subject=1", "session=A") == "\"none 1\"\n")
        #expect(try shell("\(run) --keys-env -- sh -c \"$(cat script)\"").output == "1 computed\n")
        #expect(try load("O", "subject=1", "session=A") == "\"1 1\"\n")
    }

    @Test("Commands that differ are different functions, however alike their paths are")
    func alikePaths() throws {
        let other = try TemporaryDirectory()
        for (folder, text) in [("lib1", "one"), ("lib2", "two")] {
            try FileManager.default.createDirectory(
                atPath: other.file(folder), withIntermediateDirectories: true)
            for name in ["u.sh", "mk"] {
                let file = other.file("\(folder)/\(name)")
                try Data("#!/bin/sh\nprintf '\"\(text)\"' > $1\n".utf8).write(to: URL(fileURLWithPath: file))
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
            }
        }
        let one = "--for subject=1 --for session=A -o X=o.json"
        let code = "--code \(other.file("lib1/u.sh")) --code \(other.file("lib2/u.sh"))"
        func value(_ command: String) throws -> String {
            #expect(try shell("stemma run f \(command)").output == "1 computed\n", "\(command)")
            return try fixture.run("load", "X", "subject=1", "session=A").output
        }
        #expect(try value("\(code) \(one) -- sh \(other.file("lib1/u.sh")) {X}") == "\"one\"\n")
        #expect(try value("\(code) \(one) -- sh \(other.file("lib2/u.sh")) {X}") == "\"two\"\n")
        #expect(try value("\(one) -- \(other.file("lib1/mk")) {X}") == "\"one\"\n")
        #expect(try value("\(one) -- \(other.file("lib2/mk")) {X}") == "\"two\"\n")
        // A directory in the middle of a word is text like any other.
        let write = "sh -c 'printf \"%s\" \"\\\"$1\\\"\" > $2' -"
        #expect(try value("\(one) -- \(write) q\(fixture.directory.path)/z {X}").hasSuffix("/z\"\n"))
        #expect(try value("\(one) -- \(write) qz {X}") == "\"qz\"\n")
    }

    @Test("A result that turned out to be damaged is computed again, and healed by that")
    func damaged() throws {
        let run =
            "stemma run big -o Big=o.bin --for subject=1 --for session=A -- sh -c 'head -c 3000 /dev/urandom > $0' {Big}"
        #expect(try shell(run).output == "1 computed\n")
        _ = try shell(
            "for p in results/objects/packs/*; do printf XXXXXXXX | dd of=$p bs=1 seek=900 conv=notrunc; done"
        )
        #expect(try fixture.stemma("load", "Big", "subject=1", "session=A", "-o", "b").status == 1)
        let dry = try shell(run.replacing("run big", with: "run big --dry-run")).output
        #expect(!dry.contains("up-to-date"), "\(dry)")
        #expect(try shell(run).output == "1 computed\n")
        #expect(try fixture.stemma("load", "Big", "subject=1", "session=A", "-o", "b").status == 0)
        #expect(try shell(run).output == "1 cached\n")
    }

    @Test("Inputs have the ending of their format, and outputs are checked")
    func formats() throws {
        try fixture.write("t.csv", "a,b\n1,2\n")
        try fixture.run("save", "Table", "subject=1", "session=A", "--file", "t.csv")
        try fixture.run("save", "Blob", "subject=1", "session=A", "--file", "step.sh")
        let one = "--for subject=1 --for session=A"
        #expect(
            try shell(
                "stemma run names -i t=Table -i b=Blob -i j=Raw -o N=names.txt \(one) -- sh -c 'basename -a $0 $1 $2 > $3' {t} {b} {j} {N}"
            ).output == "1 computed\n")
        #expect(try load("N", "subject=1", "session=A") == "t.csv\nb.bin\nj.json\n")
        func failure(_ output: String, _ script: String) throws -> String {
            let result = try shell("stemma run bad -o \(output) \(one) -- sh -c '\(script)' - {B}")
            #expect(result.status == 1)
            return result.lines.first ?? ""
        }
        #expect(try failure("B=b.npy", "echo x > $1").contains("the output B is no npy: malformed npy"))
        #expect(try failure("B=b.json", "echo {{ > $1").contains("the output B is no json"))
        #expect(try failure("B=b.csv", "printf \"a,b\\n1\\n\" > $1").contains("the output B is no csv"))
        #expect(try failure("B=b.npy", ":").contains("was not written"))
        #expect(try failure("B=b", "echo x > $1.npy").contains("there is b.npy in its place"))
        #expect(try fixture.stemma("list", "B").status == 1, "nothing of it is saved")
    }

    @Test(
        "What cannot be run is refused before anything runs",
        arguments: [
            ("-i a=Raw -o B=b.json -- cp {a} {C} {B}", 1, "nothing is called {C} in '{C}'"),
            ("-i a=Raw -o B=b.json -- cp {a {B}", 1, "nothing is called {a"),
            ("-i a=Raw -o B=b.json -- nosuchprogram {a} {B}", 1, "there is no program 'nosuchprogram'"),
            ("-i a=Raw -o B=b.json --code gone.py -- cp {a} {B}", 1, "the code file gone.py is not there"),
            ("-i a=Raw -o B=b.json -- cp {a} b", 1, "does not mention the output {B}"),
            ("-i a=Raw -- cp {a} b", 1, "no output is named"),
            ("-i a=Rav -o B=b.json -- cp {a} {B}", 1, "there is no variable 'Rav'"),
            ("-i a=Raw -o a=b.json -- cp {a} {a}", 1, "'a' names two"),
            ("-i a=Raw -o B=x/b.json -- cp {a} {B}", 1, "no file name"),
            ("-i a=Raw -c subject=1 -o B=b.json -- cp {a} {B}", 1, "subject"),
            ("-i a=Raw -o B=b.json --for subjet -- cp {a} {B}", 1, "subjet"),
            ("-i a=Raw -o B -- cp {a} {B}", 2, "--output takes VARIABLE=FILE"),
            ("-i a=Raw -o B=b.json --format C=npy -- cp {a} {B}", 2, "which is no output"),
            ("-i a=Raw -o B=b.json", 2, "the command is missing"),
        ])
    func refused(_ options: String, _ status: Int32, _ message: String) throws {
        let result = try shell("stemma run f --for subject=1 --for session=A \(options)")
        #expect(result.status == status && result.errors.contains(message), "\(result)")
        #expect(result.errors.contains("error: ") && result.output.isEmpty)
    }

    @Test("The list of known placeholders is told, and an input that is not mentioned is warned of")
    func placeholders() throws {
        let wrong = try shell(
            "stemma run f -i a=Raw -c n=1 -o B=b.json --for subject=1 --for session=A -- cp {x} {B}")
        #expect(
            wrong.errors.contains(
                "there are: {a} {n} {B} {key:subject} {key:session}; a brace itself is written twice: {{"))
        let forgotten = try shell(
            "stemma run f -i a=Raw -o B=b.txt --for subject=1 --for session=A -- sh -c 'echo x > $0' {B}")
        #expect(
            forgotten.status == 0
                && forgotten.errors == "warning: the command does not mention the input {a}\n")
    }

    @Test("A program that takes too long is ended with all that it has started")
    func timeLimit() throws {
        let result = try shell(
            "stemma run slow -o S=s.txt --time-limit 0.5 --for subject=1 -- sh -c 'sleep 300 & echo $! > child; wait; echo x > $0' {S}"
        )
        #expect(result.status == 1)
        #expect(result.lines.first == "  failed  subject=1  sh took longer than 0.5 seconds and was ended")
        let child = try fixture.read("child").split(separator: "\n")[0]
        // It may be a zombie, where nobody collects the children of those that died.
        let alive = try shell(
            "for i in $(seq 100); do grep -qs '^State:.[RSD]' /proc/\(child)/status || exit; sleep 0.05; done; echo alive"
        ).output
        #expect(alive.isEmpty, "what it started has ended, too")
    }

    @Test("What a program leaves in the background ends with it, and has a moment for it")
    func leftBehind() throws {
        let result = try shell(
            """
            stemma run f -o B=b.txt --for subject=1 -- sh -c \\
                '(trap "echo tidy > tidied; exit" TERM; while :; do sleep 0.05; done) & echo $! > child; sleep 0.2; echo x > $0' {B}
            cat tidied; grep -qs '^State:.[RSD]' /proc/$(cat child)/status || echo "none is left"
            """)
        #expect(result.lines == ["1 computed", "tidy", "none is left"], "\(result)")
    }

    @Test("A code file is the same one whichever way it is named, and as often as it is named")
    func spelledCode() throws {
        func run(_ options: String) throws -> String {
            try shell(
                "stemma run f -i a=Raw -o B=b.txt \(options) --for subject=1 --for session=A -- cp {a} {B}"
            )
            .output
        }
        _ = try shell("mkdir sub; ln -s . here")
        #expect(try run("--code step.sh") == "1 computed\n")
        for name in ["./step.sh", ".//step.sh", "$PWD/step.sh", "sub/../step.sh", "here/step.sh"] {
            #expect(try run("--code \(name)") == "1 cached\n", "\(name)")
        }
        #expect(try run("--code step.sh --code ./step.sh") == "1 cached\n")
    }

    @Test("Version entries that look like slips of keys are refused, as save does")
    func slips() throws {
        for options in ["-c subjct=3", "-i b=Raw@sesion=A"] {
            let script = "stemma run f -i a=Raw -o B=b.txt \(options) --for subject=1 --for session=A"
            let refused = try shell("\(script) -- cp {a} {B}")
            #expect(
                refused.status == 1 && refused.errors.contains("one letter away from the key"), "\(refused)")
            #expect(refused.errors.contains("--force"), "\(refused)")
        }
        #expect(
            try shell(
                "stemma run f -i a=Raw -o B=b.txt -c subjct=3 --force --for subject=1 --for session=A -- cp {a} {B}"
            )
            .output == "1 computed\n")
    }

    @Test("What failed is remembered also where the run ends with an error")
    func remembered() throws {
        let result = try shell(
            "stemma run f -i a=Raw -o B=b.txt --jobs 1 --code step.sh --for subject=1,2 --for session=A -- sh -c 'grep -q s1 $0 && exit 7; echo \"#\" >> step.sh; cp $0 $1' {a} {B}"
        )
        #expect(
            result.status == 1 && result.errors.contains("written to or removed during the run"), "\(result)")
        #expect(
            try fixture.run("why", "B", "subject=1", "session=A").output.contains("sh exited with status 7"))
    }

    @Test("Missing programs, signals and large output are told clearly")
    func endings() throws {
        func failure(_ script: String) throws -> [String] {
            try shell("stemma run f -o B=b.txt --for subject=1 -- sh -c '\(script)' {B}").lines
        }
        #expect(
            try failure("nosuchthing").first
                == "  failed  subject=1  sh exited with status 127: it did not find a program")
        #expect(try failure("kill -9 $$").first?.contains("was ended by signal 9") == true)
        let many = try failure("seq 200000 >&2; seq 300000; exit 1")
        #expect(many.count == 22 && many[20] == "    200000", "the last lines of standard error")
        #expect(
            try failure("echo only; exit 1")[1] == "    only",
            "of standard output where there is nothing else")
        #expect(
            try failure("cat; exit 1").first == "  failed  subject=1  sh exited with status 1",
            "nothing to read")
    }

    @Test("Control-C ends the programs and keeps what was computed")
    func interrupted() throws {
        let result = try shell(
            """
            set -m
            stemma run slow -i a=Raw -o S=s.txt --jobs 1 --for subject=1,2 --for session=A,B -- \\
                sh -c 'n=$(ls marks 2>/dev/null | wc -l); mkdir -p marks; touch marks/$n; [ $n -lt 2 ] || sleep 300; cp $0 $1' {a} {S} > out &
            for i in $(seq 200); do [ -e marks/2 ] && break; sleep 0.05; done
            kill -INT $!; wait $!; echo $?; cat out
            """)
        #expect(result.lines == ["130", "stopped; what was computed is saved: 2 computed"], "\(result)")
        #expect(try fixture.run("list", "S").lines.count == 2)
        #expect(try fixture.run("fsck", "--deep").status == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.path("results/local/tmp")).isEmpty)
    }

    @Test(
        "A run that would replace its own input is refused before anything is saved, unless --force is given")
    func replacedInput() throws {
        let script = "stemma run f -i a=Raw -o Raw=b.json --for subject=1 --for session=A"
        let refused = try shell("\(script) -- cp {a} {Raw}")
        #expect(refused.status == 1)
        #expect(
            refused.errors == """
                error: the output would replace Raw subject=1 session=A, which is the input 'a'
                hint: save it in another variable; --force insists

                """)
        #expect(try shell("\(script) --dry-run -- cp {a} {Raw}").status == 1)
        #expect(
            try fixture.run("show", "Raw", "subject=1", "session=A", "--json").output.contains("lineage")
                == false)
        #expect(try shell("\(script) --force -- cp {a} {Raw}").output == "1 computed\n")
    }

    @Test("Where a key was left out of --for, what is skipped names it")
    func missingKey() throws {
        let result = try shell("stemma run f -i a=Raw -o B=b.json --for subject=1 -- cp {a} {B}")
        #expect(
            result.lines == [
                "  input-missing  subject=1  there is no Raw subject=1; records of Raw have session, too",
                "1 skipped",
            ], "\(result)")
    }

    @Test("A second Control-C ends programs that will not end, and still keeps what was computed")
    func hurried() throws {
        let result = try shell(
            """
            set -m
            stemma run slow -i a=Raw -o S=s.txt --jobs 1 --for subject=1,2 --for session=A -- \\
                sh -c 'n=$(ls marks 2>/dev/null | wc -l); mkdir -p marks; [ $n -lt 1 ] || trap "" TERM; echo $$ > pid; touch marks/$n; while [ $n -ge 1 ]; do sleep 0.1; done; cp $0 $1' {a} {S} > out &
            for i in $(seq 200); do [ -e marks/1 ] && break; sleep 0.05; done
            kill -INT $!; sleep 0.3; kill -INT $!; wait $!; echo $?; cat out
            grep -qs '^State:.[RSD]' /proc/$(cat pid)/status || echo "none is left"
            """)
        #expect(
            result.lines == [
                "130", "stopped; what was computed is saved: 1 computed", "none is left",
            ], "\(result)")
    }

    @Test("SIGQUIT ends the programs, too")
    func quit() throws {
        let result = try shell(
            """
            set -m; ulimit -c 0
            stemma run slow -o S=s.txt --for subject=1 -- sh -c 'touch mark; sleep 300; echo > $0' {S} > out &
            for i in $(seq 200); do [ -e mark ] && break; sleep 0.05; done
            kill -QUIT $!; wait $!; echo $?; cat out
            """)
        #expect(result.lines == ["131", "stopped before anything was computed"], "\(result)")
    }

    @Test("An output may be larger than memory, and must be a regular file")
    func kindsOfOutput() throws {
        let large = try shell(
            """
            ulimit -v 800000
            stemma run big -o B=b.bin --for subject=1 -- sh -c 'truncate -s 1G $0; echo end >> $0' {B}
            stemma load B subject=1 | tail -c 4; ls results/local/tmp | wc -l
            """)
        #expect(large.lines == ["1 computed", "end", "0"], "\(large)")
        func message(_ script: String, _ file: String = "c.bin") throws -> String? {
            try shell("stemma run f -o C=\(file) --for subject=1 -- sh -c '\(script)' {C}").lines.first
        }
        let prefix = "  failed  subject=1  the output C "
        #expect(try message("mkfifo $0") == prefix + "is no regular file")
        #expect(try message("mkdir $0") == prefix + "is a directory, not a file")
        #expect(
            try message("ln -s nowhere $0")?.hasSuffix(
                "there is c.bin, a link that leads nowhere in its place")
                == true)
        #expect(
            try message("truncate -s 100M $0", "c.npy")?.hasPrefix(prefix + "is no npy: malformed npy")
                == true)
        #expect(
            try message("echo there > target; ln -s $PWD/target $0") == "1 computed", "a link is followed")
        #expect(try load("C", "subject=1") == "there\n")
        #expect(try shell("ls results/local/tmp").output.isEmpty)
    }

    @Test("On a terminal a line says how far it is, and is taken away")
    func progress() throws {
        let run =
            "stemma run slow -i a=Raw -o S=s.txt --jobs 1 --for subject=1,2 --for session=A -- sh step.sh {a} \(50) {S}"
        try fixture.write("step.sh", "sleep 0.6; cp $1 $3\n")
        let shown = try fixture.stemma.with(["TERM": "xterm"]).shell("script -qec '\(run)' /dev/null").output
        #expect(shown.contains("running: 1 of 2, 50%"), "\(shown)")
        #expect(shown.hasSuffix("\r\u{1B}[K2 computed\r\n"), "\(shown)")
    }

    @Test("A reader of its output that goes away does not stop the work")
    func brokenPipe() throws {
        let result = try shell(
            "stemma run slow -i a=Raw -o S=s.txt --for subject --for session --json -- sh -c 'sleep 0.3; cp $0 $1' {a} {S} | true"
        )
        #expect(result.errors.isEmpty)
        #expect(try fixture.run("list", "S").lines.count == 6)
    }

    @Test("What of the environment is not UTF-8 reaches the program as it is")
    func foreignEnvironment() throws {
        let result = try shell(
            #"LATIN=$'\xe9t\xe9' stemma run f -o L=l.bin --for subject=1 -- sh -c 'printf %s "$LATIN" > $0' {L}; stemma load L subject=1 | od -An -tx1"#
        )
        #expect(result.lines == ["1 computed", " e9 74 e9"], "\(result)")
    }

    @Test("Several run at once, in the directory of the caller, with the caller's environment")
    func surroundings() throws {
        try fixture.write("elsewhere/data.txt", "here")
        let result = try fixture.stemma.with(directory: fixture.path("elsewhere"), ["GREETING": "hello"])
            .shell(
                "stemma run f -o B=b.txt --jobs 4 --for subject=1,2,3 -- sh -c 'cat data.txt > $0; printf $GREETING >> $0' {B}"
            )
        #expect(result.output == "1 computed, 2 cached\n", "the three are one call: \(result)")
        #expect(try load("B", "subject=3") == "herehello")
        let apart = try shell(
            "stemma run f -o B=b.txt --jobs 4 --for subject=1,2,3 -- sh -c 'sleep 0.2; echo $0 > $1' {key:subject} {B}"
        )
        #expect(apart.output == "3 computed\n", "\(apart)")
        let without = try shell("stemma run f -o One=b.txt -- sh -c 'echo once > $0' {One}")
        #expect(without.output == "1 computed\n", "without --for it is run once")
    }
}
