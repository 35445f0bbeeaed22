import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("HEAD and revisions")
struct RevisionTests {
    @Test("HEAD is unborn, on a branch or detached")
    func head() throws {
        let fixture = try Fixture()
        #expect(try fixture.repository.head() == .unborn(branch: "main"))
        #expect(try fixture.repository.head().commit == nil)
        let id = try #require(ObjectID(hex: try fixture.git.commit(["a": "1"])))
        #expect(try fixture.repository.head() == .branch(name: "main", id))
        try fixture.git("checkout", "--quiet", "-b", "deep/er")
        #expect(try fixture.repository.head() == .branch(name: "deep/er", id))
        try fixture.git("checkout", "--quiet", "--detach")
        #expect(try fixture.repository.head() == .detached(id))
    }

    @Test("every spelling of git's that names one commit is understood")
    func resolves() throws {
        let fixture = try Fixture()
        for number in 1...4 { try fixture.git.commit(["a": "\(number)"], "number \(number)") }
        try fixture.git("tag", "light", "HEAD~1")
        try fixture.git("tag", "-a", "-m", "annotated", "heavy", "HEAD~2")
        try fixture.git("checkout", "--quiet", "-b", "side", "HEAD~3")
        try fixture.git("branch", "--quiet", "--set-upstream-to=main")
        let full = try fixture.git("rev-parse", "main")
        let spellings = [
            "HEAD", "main", "refs/heads/main", "light", "heavy", "heavy^{commit}", "main~2", "main^",
            "main^^1",
            "main^{/number 2}", "@", "@{upstream}", "HEAD@{0}", "HEAD@{1}", "HEAD@{2}^", "main@{1}",
            "side@{0}", "@{-1}", full,
            String(full.prefix(7)),
        ]
        for packed in [false, true] {
            if packed { try fixture.git("gc", "--quiet") }
            for spelling in spellings {
                let judged = try fixture.git("rev-parse", "--verify", spelling + "^{commit}")
                #expect(
                    try fixture.repository.resolve(spelling).hex == judged, "\(spelling), packed: \(packed)")
                #expect(fixture.repository.isRevision(spelling))
            }
        }
    }

    @Test("an unknown name is an error with the names that are near")
    func unknown() throws {
        let fixture = try Fixture()
        for name in [
            "main", "master..x", "nonsense~", "@{7}", "HEAD@{7}", "HEAD@{yesterday}", "", " ", "a\0b",
            "0123456",
        ] {
            #expect(code { _ = try fixture.repository.resolve(name) } == .unknownRevision, "\(name)")
        }
        try fixture.git.commit(["a": "1"])
        try fixture.git("branch", "tuning")
        try fixture.git("tag", "tuned")
        let error = try failure { _ = try fixture.repository.resolve("tunnig") }
        #expect(error.code == .unknownRevision)
        #expect(error.message == "unknown revision 'tunnig'")
        #expect(error.hint == "did you mean 'tuning'?")
        #expect(
            try failure { _ = try fixture.repository.resolve("zzzzzz") }.hint?.contains("git branch") == true)
        for name in ["HEAD:a", "HEAD^{tree}"] {
            let other = try failure { _ = try fixture.repository.resolve(name) }
            #expect(other.code == .unknownRevision)
            #expect(other.message.contains("is not a commit"))
        }
        #expect(!fixture.repository.isRevision("nothing"))
    }

    @Test("too few digits are an error of their own")
    func ambiguous() throws {
        let fixture = try Fixture()
        var seen: [String: String] = [:]
        var short: String?
        // By the birthday paradox two of some hundred blobs share four digits.
        for number in 0..<2000 where short == nil {
            let hex = try fixture.blob("\(number)").hex
            let prefix = String(hex.prefix(4))
            if seen.updateValue(hex, forKey: prefix) != nil { short = prefix }
        }
        let prefix = try #require(short)
        #expect(code { _ = try fixture.repository.resolve(prefix) } == .ambiguousRevision)
    }

    @Test("a damaged commit is damaged, and not unknown")
    func damaged() throws {
        let fixture = try Fixture()
        let hex = try fixture.git.commit(["a": "1"])
        let loose = fixture.path + "/.git/objects/\(hex.prefix(2))/\(hex.dropFirst(2))"
        try FileManager.default.removeItem(atPath: loose)
        try Data().write(to: URL(fileURLWithPath: loose))
        let repository = try #require(try Repository.find(from: fixture.path))
        let id = try #require(ObjectID(hex: hex))
        for spelling in ["HEAD", hex, String(hex.prefix(10))] {
            #expect(code { _ = try repository.resolve(spelling) } == .corrupt, "\(spelling)")
        }
        #expect(code { _ = try repository.commit(id) } == .corrupt)
        #expect(code { _ = try repository.walk(from: [id]).next() } == .corrupt)
        #expect(code { _ = try repository.tree(of: id) } == .corrupt)
        try FileManager.default.removeItem(atPath: loose)
        #expect(code { _ = try repository.commit(id) } == .objectMissing)
        #expect(code { _ = try repository.tree(of: id) } == .objectMissing)
    }

    @Test("a byte that is wrong in a pack is an error, and no endless loop")
    func damagedPack() throws {
        let fixture = try Fixture()
        let text = (0..<20_000).map { "\($0 * 7919 % 20_011)\n" }.joined()
        try fixture.git.commit(["a": text])
        let id = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD:a")))
        try fixture.git("gc", "--quiet")
        let folder = fixture.path + "/.git/objects/pack"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".pack") })
        let url = URL(fileURLWithPath: "\(folder)/\(name)")
        let whole = try Data(contentsOf: url)
        for offset in stride(from: whole.count / 4, to: whole.count / 4 * 3, by: whole.count / 16) {
            var damaged = whole
            damaged[offset] ^= 0x55
            try FileManager.default.removeItem(at: url)
            try damaged.write(to: url)
            let repository = try #require(try Repository.find(from: fixture.path))
            #expect(
                code { try repository.withBlob(id) { _ in } } == .corrupt,
                "offset \(offset) of \(whole.count)")
        }
    }
}
