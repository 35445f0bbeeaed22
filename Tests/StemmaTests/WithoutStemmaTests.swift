import Foundation
import Stemma
import TestSupport
import Testing

@Suite("A store read without Stemma")
struct WithoutStemmaTests {
    /// Follows Docs/Format.md with git, zstd, sha256sum and Python's json, and nothing else.
    private static let script = #"""
        import json, struct, subprocess, sys
        repository = sys.argv[1]
        def run(*arguments, data=None):
            return subprocess.run(arguments, input=data, stdout=subprocess.PIPE, check=True, cwd=repository).stdout
        def digest(data):
            return run("sha256sum", data=data).split()[0].decode()
        files = run("git", "ls-tree", "-r", "-z", "--name-only", "HEAD", "results").decode().rstrip("\0").split("\0")
        show = lambda name: run("git", "cat-file", "blob", "HEAD:" + name)
        objects = {}
        for name in files:
            if name.startswith("results/objects/packs/"):
                pack = show(name)
                assert digest(pack) + ".zst" == name.rsplit("/", 1)[1], name
                start, magic = struct.unpack("<Q8s", pack[-16:])
                assert magic == b"STMPACK1"
                marker, length = struct.unpack_from("<II", pack, start)
                assert marker == 0x184D2A50 and start + 8 + length == len(pack)
                rows = pack[start + 8:-16]
                assert len(rows) % 56 == 0
                plain = run("zstd", "-dcq", data=pack)
                total = 0
                for at in range(0, len(rows), 56):
                    key, offset, size, inside, count, kind = struct.unpack_from("<32sQIIII", rows, at)
                    content = run("zstd", "-dcq", data=pack[offset:offset + size])[inside:inside + count]
                    assert digest(content) == key.hex()
                    objects[key.hex()] = content
                    total += count
                assert total == len(plain)
            elif name.startswith("results/objects/"):
                content = run("zstd", "-dcq", data=show(name))
                objects[name.rsplit("/", 1)[1][:-4]] = content
                assert digest(content) + ".zst" == name.rsplit("/", 1)[1]
        count = 0
        for name in files:
            if name.startswith("results/records/") and name.endswith(".jsonl"):
                for line in show(name).decode().splitlines():
                    record = json.loads(line)
                    if "value" in record:
                        # Numbers of this store print the same in Python and in canonical JSON.
                        content = (json.dumps(record["value"], ensure_ascii=False) + "\n").encode()
                        assert digest(content) == record["content"], line
                    else:
                        content = objects[record["content"]]
                    assert len(content) == record["size"], line
                    waiting = [record["lineage"]] if "lineage" in record else []
                    while waiting:
                        lineage = json.loads(objects[waiting.pop()])
                        function = json.loads(objects[lineage["function"]["identity"]])
                        assert function["kind"] == "function" and lineage["kind"] == "lineage"
                        waiting += [item["lineage"] for item in lineage["inputs"] if "lineage" in item]
                        for constant in lineage["constants"]:
                            assert "value" in constant or constant["digest"] in objects
                    count += 1
        print(count, "records")
        """#

    @Test("git, zstd, sha256sum and Python's json are enough")
    func stockTools() throws {
        let fixture = try StoreFixture(keys: GoldenStore.keys)
        // Python prints a whole double as 1.0: the counter record is left out, all others have fractions.
        try fixture.store.transaction { transaction in
            for index in 0..<40 {
                try transaction.save(
                    Double(index) + 0.5, as: GoldenStore.trial,
                    at: ["subject": 7, "session": .string("t\(index)")])
                try transaction.save(
                    [Double(index), 1], as: GoldenStore.raw,
                    at: ["subject": 7, "session": .string("t\(index)")])
            }
            try transaction.save(
                Data(repeating: 7, count: 1_300_000), as: GoldenStore.table, at: ["subject": 1])
        }
        let output = try fixture.store.call(
            GoldenStore.scale, fixture.store.load(GoldenStore.raw, at: ["subject": 7, "session": "t3"]), 2,
            GoldenStore.longTable)
        try fixture.store.save(output, as: GoldenStore.scaled, at: ["subject": 7, "session": "t3"])
        _ = try fixture.store.commit("all of it")
        let printed = try PythonScript.run(Self.script, arguments: [fixture.git.directory])
        #expect(printed == "82 records\n")
    }
}
