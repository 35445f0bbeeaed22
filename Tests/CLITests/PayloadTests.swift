import Foundation
import TestSupport
import Testing

@Suite("Saving and loading payloads")
struct PayloadTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture(keys: ["subject:integer"]) }

    /// Bytes that no format but `bytes` takes.
    private func noise(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 7)
        return random.bytes(count)
    }

    @Test(
        "The digest that save prints is the SHA-256 of what load writes, and finds it by a prefix",
        arguments: [0, 10, 2_000_000, 9_000_000])
    func digests(size: Int) throws {
        try Data(noise(size)).write(to: URL(fileURLWithPath: fixture.path("payload")))
        let saved = try fixture.run("save", "V", "subject=1", "--file", "payload").output.dropLast()
        #expect(try StockTool.digest(ofOutput: "cat \(fixture.path("payload"))") == saved)
        #expect(try fixture.run("load", "V", "subject=1").bytes == noise(size))
        #expect(try fixture.run("load", "@\(saved.prefix(10))").bytes == noise(size))
        let written = try fixture.run("load", "V", "subject=1", "-o", "copy", "--json")
        #expect(
            written.output
                == "{\"kind\":\"summary\",\"content\":\"\(saved)\",\"path\":\"copy\",\"size\":\(size)}\n")
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path("copy"))) == Data(noise(size)))
    }

    @Test("A value that stands in its record is found by its digest, too")
    func inlineByDigest() throws {
        let digest = try fixture.run("save", "V", "subject=1", "--value", "3.25").output.dropLast()
        #expect(try fixture.run("load", "@\(digest)").output == "3.25\n")
        #expect(try fixture.run("load", "@\(digest.prefix(4))").output == "3.25\n")
    }

    @Test("Standard input of any size is saved as it is; its format is what the variable has")
    func standardInput() throws {
        for size in [0, 100, 6_000_000] {
            #expect(
                try fixture.stemma.run(["save", "V", "subject=\(size)", "-"], bytes: noise(size)).status == 0)
            #expect(try fixture.run("load", "V", "subject=\(size)").bytes == noise(size))
        }
        try fixture.run("save", "J", "subject=1", "--value", "[1,2]")
        #expect(try fixture.stemma("save", "J", "subject=2", "-", input: "[3, 4.0]").status == 0)
        #expect(try fixture.run("load", "J", "subject=2").output == "[3,4]\n")
        #expect(try fixture.stemma("save", "J", "subject=3", "-", input: "no json").status == 1)
        #expect(
            try fixture.stemma("save", "J", "subject=3", "-", "--format", "bytes", input: "no json").status
                == 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.path("results/local/tmp")).isEmpty)
    }

    @Test("The store is not locked while standard input is waited for")
    func noLockWhileWaiting() throws {
        let result = try fixture.stemma.shell(
            """
            mkfifo pipe
            stemma save Slow subject=1 - < pipe & exec 3> pipe
            stemma --wait 0 save Fast subject=1 --value 1 > /dev/null; echo "=> $?"
            printf slow >&3; exec 3>&-; wait; stemma load Slow subject=1
            """)
        #expect(result.output.hasPrefix("=> 0\n") && result.output.hasSuffix("\nslow"), "\(result)")
    }

    @Test("What comes out of a pipe again leaves the file that holds it as it is")
    func pipeAgain() throws {
        let result = try fixture.stemma.shell(
            """
            mkfifo pipe.csv
            for subject in 1 2; do
                printf 'a,b\\n1,2\\n' > pipe.csv & stemma -q save V subject=$subject -f pipe.csv > /dev/null; wait
                ls -i results/objects/*/*
            done
            """)
        #expect(result.status == 0 && result.lines.count == 2, "\(result)")
        #expect(Set(result.lines).count == 1, "\(result)")
    }

    @Test("The format is told by the file's name, or by --format")
    func formats() throws {
        try fixture.write("t.csv", "a,b\n1,2\n")
        try fixture.write("t.json", "{\"b\": 1.0, \"a\": [ ]}")
        try fixture.run("save", "A", "subject=1", "-f", "t.csv")
        try fixture.run("save", "B", "subject=1", "-f", "t.json")
        try fixture.run("save", "C", "subject=1", "-f", "t.json", "--format", "bytes")
        let formats = try fixture.run("list", "--json").lines.map { line in
            line.firstMatch(of: /"format":"(\w+)"/).map { String($0.1) }
        }
        #expect(formats == ["csv", "json", "bytes"])
        #expect(try fixture.run("load", "B", "subject=1").output == "{\"a\":[],\"b\":1}\n")
        #expect(try fixture.run("load", "C", "subject=1").output == "{\"b\": 1.0, \"a\": [ ]}")
    }

    @Test("load -o replaces a file in one step, writes into devices, and follows links")
    func outputFiles() throws {
        try fixture.run("save", "V", "subject=1", "--value", "1")
        try fixture.write("old", "old content that is longer")
        #expect(
            try fixture.stemma.shell("ln -s old link && stemma load V subject=1 -o link -q").description
                == "exit 0\n")
        #expect(try fixture.read("old") == "1\n")
        #expect(try fixture.stemma.shell("stemma load V subject=1 -o /dev/stdout -q | cat").output == "1\n")
        #expect(try fixture.run("load", "V", "subject=1", "-o", "-").output == "1\n")
        // A load that fails leaves what was there.
        #expect(try fixture.stemma("load", "V", "subject=2", "-o", "old").status == 1)
        #expect(try fixture.read("old") == "1\n")
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.directory.path)
        #expect(names.filter { $0.hasPrefix(".tmp") }.isEmpty)
    }

    @Test("Earlier commits are read without checking them out")
    func earlier() throws {
        for value in ["1", "2"] {
            try fixture.run("save", "V", "subject=1", "--value", value)
            try fixture.run("commit", "-m", value)
        }
        try fixture.run("remove", "V")
        #expect(try fixture.run("load", "V", "subject=1", "--at", "HEAD").output == "2\n")
        #expect(try fixture.run("load", "V", "subject=1", "--at", "HEAD~1").output == "1\n")
        #expect(try fixture.run("list", "--at", "HEAD~1").output.contains("= 1"))
        #expect(try fixture.run("variables", "--at", "HEAD").output == "V  1 record  1 version  2 B  json\n")
        #expect(try fixture.run("list").output.isEmpty)
    }

    @Test("An import takes values and files beside it, and says what it did")
    func imports() throws {
        try fixture.write("data/a.csv", "x\n1\n")
        try fixture.write(
            "data/all.jsonl",
            """
            {"keys":{"subject":1},"version":{"low":20},"value":1.50}
            {"keys":{"subject":2},"file":"a.csv"}

            {"keys":{"subject":3},"file":"a.csv","format":"bytes","version":{}}
            """)
        #expect(try fixture.run("import", "V", "data/all.jsonl").output == "saved 3 records\n")
        #expect(try fixture.run("import", "V", "data/all.jsonl").output == "saved 0 records, 3 unchanged\n")
        #expect(
            try fixture.run("import", "V", "data/all.jsonl", "--json").output
                == "{\"kind\":\"summary\",\"saved\":0,\"unchanged\":3}\n")
        #expect(try fixture.run("load", "V", "subject=1").output == "1.5\n")
        #expect(try fixture.run("load", "V", "subject=3").output == "x\n1\n")
    }
}
