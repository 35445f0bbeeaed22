import Foundation
import StemmaBlobs
import Testing
import TestSupport

@testable import StemmaHistory

@Suite("Blobs in git")
struct ObjectTests {
    @Test("an id is read from 40 digits of either case, and from nothing else")
    func ids() throws {
        let hex = "0123456789abcdef0123456789abcdef01234567"
        let id = try #require(ObjectID(hex: hex))
        #expect(id.hex == hex)
        #expect(ObjectID(hex: hex.uppercased()) == id)
        #expect(ObjectID(id.oid) == id)
        #expect(ObjectID(hex: String(hex.dropLast())) == nil)
        #expect(ObjectID(hex: hex + "0") == nil)
        #expect(ObjectID(hex: "g" + hex.dropFirst()) == nil)
        let larger = try #require(ObjectID(hex: "0123456789abcdef0123456789abcdef01234568"))
        #expect(id < larger && !(larger < id))
    }

    @Test(
        "a blob's id is git's, without anything being written",
        arguments: ["", "a", String(repeating: "x", count: 70_000)])
    func blobID(text: String) throws {
        let fixture = try Fixture()
        let id = try Array(text.utf8).withUnsafeBytes { try Repository.blobID(of: $0) }
        #expect(try fixture.git("hash-object", "--stdin", input: text) == id.hex)
        #expect(!fixture.repository.contains(id) || text.isEmpty)
    }

    @Test(
        "what is written is what git reads, at both compressions", arguments: [BlobCompression.none, .fast])
    func writes(compression: BlobCompression) throws {
        let fixture = try Fixture()
        for size in [0, 1, 65_535, 65_536, 300_000] {
            let text = String(repeating: "0123456789\n", count: size / 11 + 1).prefix(size)
            let id = try Array(text.utf8).withUnsafeBytes {
                try fixture.repository.writeBlob($0, compression: compression)
            }
            try fixture.git.write("file", String(text))
            #expect(try fixture.git("hash-object", "file") == id.hex)
            #expect(try fixture.git("cat-file", "-s", id.hex) == "\(size)")
            #expect(try fixture.repository.readBlob(id, limit: size) == Array(text.utf8))
            #expect(try fixture.repository.blobSize(id) == size)
            let streamed = try fixture.repository.writeBlob(
                file: fixture.path + "/file", compression: compression)
            #expect(streamed == id)
        }
        try fixture.fsck()
    }

    @Test("a pack that is written is one that git verifies and reads, and leaves nothing beside it")
    func packs() throws {
        let fixture = try Fixture()
        let texts = [0, 1, 15, 16, 2_047, 2_048, 300_000].map { size in
            String(String(repeating: "0123456789\n", count: size / 11 + 1).prefix(size))
        }
        let pack = try fixture.repository.objectPack(of: texts.count)
        var ids: [ObjectID] = []
        for text in texts {
            let blob = try Array(text.utf8).withUnsafeBytes { try fixture.repository.packed($0) }
            ids.append(blob.id)
            try pack.add(blob)
        }
        try pack.finish(synchronize: true)
        let folder = fixture.path + "/.git/objects/pack"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files.count == 2)
        for file in files where file.hasSuffix(".idx") { try fixture.git("verify-pack", "\(folder)/\(file)") }
        for (id, text) in zip(ids, texts) {
            #expect(try fixture.git("cat-file", "-s", id.hex) == "\(text.utf8.count)")
            #expect(try fixture.repository.readBlob(id, limit: 300_000) == Array(text.utf8))
        }
        try fixture.fsck()
    }

    @Test("a pack that is given up leaves nothing, and one with too few objects is refused")
    func unfinishedPacks() throws {
        let fixture = try Fixture()
        do {
            let pack = try fixture.repository.objectPack(of: 2)
            try pack.add(try Array("a".utf8).withUnsafeBytes { try fixture.repository.packed($0) })
            #expect(throws: StemmaError.self) { try pack.finish(synchronize: true) }
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/.git/objects/pack").isEmpty)
    }

    @Test("a file that is streamed in is what git makes of it, uncompressed when asked for")
    func streams() throws {
        let fixture = try Fixture()
        try fixture.git.write("file", String(repeating: "0123456789\n", count: 100_000))
        let id = try fixture.repository.writeBlob(file: fixture.path + "/file", compression: .none)
        #expect(try fixture.git("hash-object", "file") == id.hex)
        let loose = fixture.path + "/.git/objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
        let size = try #require(try FileManager.default.attributesOfItem(atPath: loose)[.size] as? Int)
        #expect(size > 1_100_000 && size < 1_101_000)
        try fixture.fsck()
        #expect(
            code { _ = try fixture.repository.writeBlob(file: fixture.path + "/none", compression: .none) }
                == .fileNotFound)
    }

    @Test("a blob that is in a pack is not written again")
    func existing() throws {
        let fixture = try Fixture()
        try fixture.git.commit(["a": "packed"])
        try fixture.git("repack", "-a", "-d", "--quiet")
        for compression in [BlobCompression.none, .fast] {
            _ = try Array("packed".utf8).withUnsafeBytes {
                try fixture.repository.writeBlob($0, compression: compression)
            }
            _ = try fixture.repository.writeBlob(file: fixture.path + "/a", compression: compression)
        }
        #expect(try fixture.git("count-objects").hasPrefix("0 objects"))
    }

    @Test("a blob that git writes after we have looked is found")
    func refreshes() throws {
        let fixture = try Fixture()
        let id = try Array("later".utf8).withUnsafeBytes { try Repository.blobID(of: $0) }
        #expect(!fixture.repository.contains(id))
        try fixture.git.commit(["a": "later"])
        try fixture.git("repack", "-a", "-d", "--quiet")
        #expect(try fixture.repository.readBlob(id, limit: 10) == Array("later".utf8))
    }

    @Test("absence, damage and size are three different errors")
    func refuses() throws {
        let fixture = try Fixture()
        let text = (0..<10_000).map { "\($0 * 7919 % 10_007)\n" }.joined()
        let id = try fixture.blob(text)
        let repository = fixture.repository
        #expect(code { _ = try repository.readBlob(id, limit: 100) } == .blobTooLarge)
        let absent = try #require(ObjectID(hex: "0123456789abcdef0123456789abcdef01234567"))
        let missing = try failure { _ = try repository.readBlob(absent, limit: 100) }
        #expect(missing.code == .objectMissing)
        #expect(missing.fields["object"] == absent.hex)

        let loose = fixture.path + "/.git/objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
        let whole = try Data(contentsOf: URL(fileURLWithPath: loose))
        var flipped = whole
        flipped[whole.count / 2] ^= 0x10
        for damaged in [flipped, whole.prefix(whole.count / 2), Data(), Data("nonsense".utf8)] {
            try FileManager.default.removeItem(atPath: loose)
            try damaged.write(to: URL(fileURLWithPath: loose))
            let fresh = try #require(try Repository.find(from: fixture.path))
            let error = try failure { try fresh.withBlob(id) { _ in } }
            #expect(error.code == .corrupt, "\(damaged.count) bytes: \(error)")
            #expect(error.fields["object"] == id.hex)
        }
    }

    @Test("in a repository that is shared by a group, its members can add objects beside ours")
    func shared() throws {
        try #require(Fixture.isolated)
        let directory = try TemporaryDirectory()
        let git = try Git.initialized(at: directory.file("shared"), ["--shared=group"])
        let repository = try #require(try Repository.find(from: git.directory))
        let id = try Array("x".utf8).withUnsafeBytes { try repository.writeBlob($0, compression: .fast) }
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(git.directory)/.git/objects/\(path)")[
                .posixPermissions] as? Int
        }
        #expect(try mode(String(id.hex.prefix(2))) == mode(""))
        #expect(try mode("").map { $0 & 0o020 } == 0o020)
        #expect(try mode("\(id.hex.prefix(2))/\(id.hex.dropFirst(2))") == 0o444)
    }

    @Test("a tree is no blob")
    func kinds() throws {
        let fixture = try Fixture()
        let tree = try fixture.repository.updatedTree(base: nil, changes: [fixture.update("a", "1")])
        #expect(code { try fixture.repository.withBlob(tree) { _ in } } == .corrupt)
        #expect(code { _ = try fixture.repository.blobSize(tree) } == .corrupt)
    }
}
