import Foundation
import StemmaBlobs
import TestSupport
import Testing

/// The code of the error that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> StemmaError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? StemmaError)?.code
    }
}

@Suite struct FileSystemTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("a file is written in one step and read back")
    func writeAndRead() throws {
        let path = directory.file("a")
        for content in [[], [1], [UInt8](repeating: 7, count: 200_000)] as [[UInt8]] {
            try FileSystem.writeAtomically(path, content, synchronize: true)
            #expect(try FileSystem.readAll(path, limit: 1 << 20) == content)
        }
        #expect(try FileSystem.list(directory.path).map(\.name) == ["a"])
    }

    @Test("a file is not read beyond the limit")
    func limit() throws {
        let path = directory.file("a")
        try FileSystem.writeAtomically(path, [1, 2, 3], synchronize: false)
        #expect(try FileSystem.readAll(path, limit: 3) == [1, 2, 3])
        #expect(code { _ = try FileSystem.readAll(path, limit: 2) } == .tooLarge)
        #expect(code { _ = try FileSystem.readAll("/dev/zero", limit: 1 << 20) } == .tooLarge)
    }

    @Test("what is absent, forbidden or no file has an error of its own")
    func errors() throws {
        let path = directory.file("none")
        #expect(code { _ = try FileSystem.readAll(path, limit: 1) } == .fileNotFound)
        #expect(code { _ = try FileSystem.list(path) } == .fileNotFound)
        #expect(code { _ = try FileSystem.readAll(directory.path, limit: 1) } == .system)
        #expect(code { _ = try FileSystem.readAll("a\0b", limit: 1) } == .system)
        #expect(try FileSystem.status(path) == nil)
        #expect(try FileSystem.status("/dev/null/x") == nil)
        #expect(try !FileSystem.remove(path))
        #expect(StemmaError.system("write", "p", EACCES).code == .permissionDenied)
        #expect(StemmaError.system("write", "p", EROFS).code == .permissionDenied)
        #expect(StemmaError.system("write", "p", EDQUOT).code == .diskFull)
        if geteuid() != 0 {
            #expect(
                code { try FileSystem.writeAtomically("/x", [], synchronize: false) } == .permissionDenied)
        }
    }

    @Test("a symbolic link is followed or refused, as asked")
    func links() throws {
        let link = directory.file("link")
        try FileSystem.writeAtomically(directory.file("a"), [1], synchronize: false)
        #expect(symlink(directory.file("a"), link) == 0)
        #expect(try FileSystem.readAll(link, limit: 9) == [1])
        #expect(code { _ = try FileSystem.readAll(link, limit: 9, followLinks: false) } == .system)
        #expect(try FileSystem.status(link)?.kind == .symlink)
        #expect(try FileSystem.status(link, followLinks: true)?.kind == .regular)
        #expect(try FileSystem.realPath(link) == directory.file("a"))
    }

    @Test("a listing is ordered by bytes and survives names that are not UTF-8")
    func listing() throws {
        for name in ["b", "a", "Z", "é", "a.b", "10"] {
            try FileSystem.writeAtomically(directory.file(name), [], synchronize: false)
        }
        try FileSystem.createDirectory(directory.file("d/e/f"))
        let bad = Array(directory.path.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xFF), 0]
        let descriptor = open(bad, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
        let entries = try FileSystem.list(directory.path)
        #expect(entries.map(\.name) == ["10", "Z", "a", "a.b", "b", "d", "é", "\u{FFFD}"])
        #expect(entries.filter { $0.kind == .directory }.map(\.name) == ["d"])
    }

    @Test("a status changes when the file does")
    func status() throws {
        let path = directory.file("a")
        try FileSystem.writeAtomically(path, [1], synchronize: false)
        let first = try FileSystem.status(path)
        #expect(try FileSystem.status(path) == first)
        try FileSystem.writeAtomically(path, [2], synchronize: false)
        let second = try #require(try FileSystem.status(path))
        #expect(second != first)
        #expect(second.size == 1)
        #expect(second.kind == .regular)
        #expect(abs(second.modified - FileSystem.now()) < 60_000_000_000)
    }

    @Test("directories are made with their parents, once")
    func directories() throws {
        #expect(try FileSystem.createDirectory(directory.file("a/b/c")))
        #expect(try !FileSystem.createDirectory(directory.file("a/b/c")))
        #expect(
            code { try FileSystem.createDirectory(directory.file("x/y"), withParents: false) }
                == .fileNotFound)
        try FileSystem.writeAtomically(directory.file("file"), [], synchronize: false)
        #expect(code { try FileSystem.createDirectory(directory.file("file")) } == .system)
        #expect(try !FileSystem.removeEmptyDirectory(directory.file("a")))
        #expect(try FileSystem.removeEmptyDirectory(directory.file("a/b/c")))
        #expect(FileSystem.parent(of: "/a/b") == "/a")
        #expect(FileSystem.parent(of: "/a") == "/")
        #expect(FileSystem.parent(of: "a") == ".")
        #expect(FileSystem.name(of: "/a/b") == "b")
    }

    @Test("every failing write leaves the old content and no temporary file")
    func faults() throws {
        let path = directory.file("a")
        let old: [UInt8] = [1, 2, 3]
        let new = [UInt8](repeating: 9, count: 10_000)
        try FileSystem.writeAtomically(path, old, synchronize: true)
        let calls = FileSystem.faults.run(under: directory.path) {
            try FileSystem.writeAtomically(path, old, synchronize: true)
        }.calls
        #expect(calls == 5, "create, write, fsync, rename, fsync")
        for call in 1..<calls {
            let (result, _) = FileSystem.faults.run(under: directory.path, failing: call) {
                try FileSystem.writeAtomically(path, new, synchronize: true)
            }
            #expect(code { try result.get() } == .diskFull, "call \(call)")
            #expect(try FileSystem.readAll(path, limit: 1 << 20) == old, "call \(call)")
            #expect(try FileSystem.list(directory.path).map(\.name) == ["a"], "call \(call)")
        }
        let (result, _) = FileSystem.faults.run(under: directory.path, failing: 2, with: .shortWrite) {
            try FileSystem.writeAtomically(path, new, synchronize: true)
        }
        #expect(throws: Never.self) { try result.get() }
        #expect(try FileSystem.readAll(path, limit: 1 << 20) == new)
    }

    @Test("a fault disturbs only its own directory")
    func faultScope() throws {
        let other = try TemporaryDirectory()
        let (result, calls) = FileSystem.faults.run(under: other.path, failing: 1) {
            try FileSystem.writeAtomically(directory.file("a"), [1], synchronize: true)
        }
        #expect(throws: Never.self) { try result.get() }
        #expect(calls == 0)
    }

    @Test("temporary files are removed when they are old, and nothing else is")
    func temporaries() throws {
        _ = try FileSystem.createTemporary(in: directory.file("tmp"))
        try FileSystem.writeAtomically(directory.file("tmp/kept"), [1], synchronize: false)
        #expect(try FileSystem.removeTemporaries(in: directory.file("tmp"), olderThan: 3600) == 0)
        #expect(try FileSystem.removeTemporaries(in: directory.file("tmp"), olderThan: -1) == 1)
        #expect(try FileSystem.list(directory.file("tmp")).map(\.name) == ["kept"])
        #expect(try FileSystem.removeTemporaries(in: directory.file("none"), olderThan: 0) == 0)
    }

    @Test("an open file is read at any place, and its end is noticed")
    func openFile() throws {
        let file = try OpenFile(directory.file("a"), for: .creating)
        try file.write([1, 2, 3, 4])
        #expect(try file.read(at: 1, count: 2) == [2, 3])
        #expect(code { _ = try file.read(at: 3, count: 2) } == .system)
        try file.truncate(to: 1)
        #expect(try file.status().size == 1)
        try file.close()
        try file.close()
        let end = try OpenFile(directory.file("a"), for: .appending)
        try end.write([9])
        #expect(try FileSystem.readAll(directory.file("a"), limit: 9) == [1, 9])
        #expect(code { _ = try OpenFile(directory.file("a"), for: .creating) } == .system)
    }
}
