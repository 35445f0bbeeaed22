import Foundation
import StemmaBlobs
import StemmaCatalog
import StemmaRecords
import TestSupport
import Testing

@Suite("The catalog")
struct CatalogTests {
    /// A store's directory without git: the catalog knows nothing of it.
    private final class Fixture {
        let directory: TemporaryDirectory
        let paths: StorePaths
        let settings: StoreSettings
        let objects: ObjectStore

        init() throws {
            directory = try TemporaryDirectory()
            paths = StorePaths(root: directory.path)
            settings = StoreSettings(
                keys: try KeyDeclarations([
                    KeyDeclaration("subject", .integer), KeyDeclaration("session", .string),
                ]))
            objects = ObjectStore(root: directory.path)
            try write(
                "variables/V/variable.json",
                VariableSettings(format: .json, partition: Partition(["subject"])).fileContent)
        }

        func write(_ name: String, _ bytes: [UInt8]) throws {
            let path = directory.file(name)
            try FileSystem.createDirectory(FileSystem.parent(of: path))
            try FileSystem.writeAtomically(path, bytes, synchronize: false)
        }

        func page(_ records: [Record]) -> [UInt8] { Page.bytes(of: records, keys: settings.keys) }

        func catalog(inMemory: Bool = false) throws -> Catalog {
            try Catalog(paths: paths, settings: settings, inMemory: inMemory) { Digest.of($0).bytes }
        }

        @discardableResult
        func refresh(_ catalog: Catalog) throws -> RefreshReport {
            let update = try catalog.update(waiting: 1)
            defer { update.rollback() }
            let report = try update.refresh { try self.objects.pack($0) }
            try update.commit()
            return report
        }
    }

    private static func record(_ subject: Int, _ session: String, _ value: Double, version: Version = [:])
        -> Record
    {
        let value = JSONValue.number(value)
        let payload = value.printed + [0x0A]
        return Record(
            variable: "V", keys: ["subject": .number(Double(subject)), "session": .string(session)],
            version: version,
            content: Digest.of(payload), format: .json, size: payload.count, value: value)
    }

    private func values(_ catalog: Catalog, _ keys: Keys) throws -> [JSONValue] {
        try catalog.read { view in
            guard let variable = try view.variable("V") else { return [] }
            return try view.records(of: variable, keys: keys).compactMap(\.value)
        }
    }

    /// Files that were just written count as changed until the clock has moved on.
    private func settle() { Thread.sleep(forTimeInterval: 0.03) }

    @Test("What payloads are raised to is remembered, the newer half of it when it is too much")
    func raised() throws {
        let fixture = try Fixture()
        let catalog = try fixture.catalog()
        let way = Digest.of([1])
        func key(_ number: Int) -> RaisedDigest.Key {
            RaisedDigest.Key(content: Digest.of([UInt8(number)]), way: way)
        }
        func value(_ number: Int) -> RaisedDigest {
            RaisedDigest(digest: Digest.of([UInt8(number), 0]), size: number)
        }
        for number in 0..<10 {
            let update = try catalog.update(waiting: 1)
            try update.remember([key(number): value(number)], limit: 8)
            try update.commit()
        }
        let known = try (0..<10).filter { number in
            let found = try catalog.read { try $0.raised(key(number)) }
            #expect(found == nil || found == value(number))
            return found != nil
        }
        #expect(known == Array(5..<10))
        #expect(
            try catalog.read { try $0.raised(.init(content: key(9).content, way: Digest.of([2]))) } == nil)
        let update = try catalog.update(waiting: 1)
        try update.remember([key(9): value(3)], limit: 8)
        try update.commit()
        #expect(try catalog.read { try $0.raised(key(9)) } == value(3))
    }

    @Test("It reads what changed and nothing else", arguments: [false, true])
    func refresh(inMemory: Bool) throws {
        let fixture = try Fixture()
        for subject in 0..<3 {
            try fixture.write(
                "records/V/subject=\(subject)/page.jsonl", fixture.page([Self.record(subject, "A", 1)]))
        }
        settle()
        let catalog = try fixture.catalog(inMemory: inMemory)
        #expect(try !catalog.isCurrent())
        #expect(try fixture.refresh(catalog).pages == 3)
        #expect(try catalog.isCurrent())
        #expect(try fixture.refresh(catalog).pages == 0)
        try fixture.write(
            "records/V/subject=1/page.jsonl", fixture.page([Self.record(1, "A", 7), Self.record(1, "B", 8)]))
        settle()
        #expect(try !catalog.isCurrent())
        #expect(try fixture.refresh(catalog).pages == 1)
        #expect(try values(catalog, ["subject": 1, "session": "A"]) == [7])
        #expect(try values(catalog, ["subject": 1, "session": "B"]) == [8])
        try FileSystem.remove(fixture.directory.file("records/V/subject=0/page.jsonl"))
        #expect(try fixture.refresh(catalog).pages == 1)
        #expect(try values(catalog, ["subject": 0, "session": "A"]).isEmpty)
        #expect(try catalog.read { try $0.counts(of: #require(try $0.variable("V"))).records } == 3)
    }

    @Test("A page that changed within the step of the clock is read again, also when stat says the same")
    func racy() throws {
        let fixture = try Fixture()
        let path = fixture.directory.file("records/V/subject=1/page.jsonl")
        try fixture.write("records/V/subject=1/page.jsonl", fixture.page([Self.record(1, "A", 1)]))
        let catalog = try fixture.catalog()
        try fixture.refresh(catalog)
        // Written in place at once, with the same size: inode, size and, as far as the clock's step goes, times are equal.
        let file = try OpenFile(path, for: .updating)
        try file.write(fixture.page([Self.record(1, "A", 2)]))
        try file.close()
        #expect(try !catalog.isCurrent())
        try fixture.refresh(catalog)
        #expect(try values(catalog, ["subject": 1, "session": "A"]) == [2])
    }

    @Test("Symbolic links in records/ are not followed")
    func links() throws {
        let fixture = try Fixture()
        let outside = try TemporaryDirectory()
        try FileSystem.writeAtomically(
            outside.file("page.jsonl"), fixture.page([Self.record(1, "A", 1)]), synchronize: false)
        try FileSystem.createDirectory(fixture.directory.file("records/V/subject=2"))
        try FileManager.default.createSymbolicLink(
            atPath: fixture.directory.file("records/V/subject=1"), withDestinationPath: outside.path)
        try FileManager.default.createSymbolicLink(
            atPath: fixture.directory.file("records/V/subject=2/page.jsonl"),
            withDestinationPath: outside.file("page.jsonl"))
        let catalog = try fixture.catalog()
        try fixture.refresh(catalog)
        #expect(try values(catalog, ["subject": 1, "session": "A"]).isEmpty)
    }

    @Test("What an update has not committed is not seen by readers")
    func isolation() throws {
        let fixture = try Fixture()
        let catalog = try fixture.catalog()
        try fixture.refresh(catalog)
        let update = try catalog.update(waiting: 1)
        let variable = try #require(try update.variable("V"))
        let record = Self.record(1, "A", 1)
        #expect(try update.put(record, line: record.line, in: variable) == nil)
        #expect(try update.put(record, line: record.line, in: variable) == record.line)
        #expect(try values(catalog, ["subject": 1, "session": "A"]).isEmpty)
        update.rollback()
        #expect(try values(catalog, ["subject": 1, "session": "A"]).isEmpty)
    }

    @Test("Versions and counts are told without reading a payload")
    func counts() throws {
        let fixture = try Fixture()
        try fixture.write(
            "records/V/subject=1/page.jsonl",
            fixture.page([
                Self.record(1, "A", 1), Self.record(1, "A", 2, version: ["w": 3]),
                Self.record(1, "B", 3, version: ["w": 3]),
            ]))
        let catalog = try fixture.catalog()
        try fixture.refresh(catalog)
        try catalog.read { view in
            let variable = try #require(try view.variable("V"))
            #expect(try view.counts(of: variable).records == 3)
            #expect(try view.counts(of: variable).bytes == 6)
            #expect(try view.versions(of: variable) == [["w": 3], [:]])
        }
    }

    @Test("Blobs of packs are found by digest, and lineage records by invocation")
    func packs() throws {
        let fixture = try Fixture()
        let invocation = Digest.of(Array("call".utf8))
        let lineage = Array(#"{"invocation":"\#(invocation)","kind":"lineage"}"#.utf8) + [0x0A]
        let writer = try fixture.objects.packWriter()
        for number in 0..<100 { try writer.add(Digest.of([UInt8(number)]), [UInt8(number)], kind: .payload) }
        try writer.add(Digest.of(lineage), lineage, kind: .lineage)
        // The same bytes as a payload say nothing of any call.
        let imitation = Array(#"{"invocation":"\#(Digest.of([9]))","kind":"lineage"}"#.utf8)
        try writer.add(Digest.of(imitation), imitation, kind: .payload)
        let pack = try #require(
            try writer.finish(into: fixture.objects.packDirectory, synchronize: false).first)
        let catalog = try fixture.catalog()
        #expect(try fixture.refresh(catalog).packs == 1)
        try catalog.read { view in
            #expect(try view.lineage(ofInvocation: invocation) == [Digest.of(lineage)])
            #expect(try view.lineage(ofInvocation: Digest.of([9])).isEmpty)
            let found = try #require(try view.packedObjects(Digest.of([42])).first)
            #expect(found.pack == pack.name)
            #expect(try fixture.objects.pack(pack.name).entry(at: found.row).digest == Digest.of([42]))
            #expect(try view.packedObjects(Digest.of([200])).isEmpty)
        }
        try fixture.objects.removePack(pack.name)
        #expect(try fixture.refresh(catalog).packs == 1)
        #expect(try catalog.read { try $0.packedObjects(Digest.of([42])) }.isEmpty)
    }
}
