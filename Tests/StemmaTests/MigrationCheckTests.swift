import Foundation
import StemmaRecords
import TestSupport
import Testing

@testable import Stemma

@Suite("What fsck finds wrong with migrations")
struct MigrationCheckTests {
    private let fixture: MigrationFixture
    private var store: Store { fixture.store }
    private static let path = "variables/Trial/migrations/0.0.1--0.1.0.json"

    init() throws { fixture = try MigrationFixture() }

    /// What fsck says, which is that something is damaged whenever records cannot be read.
    private func findings() throws -> [String] {
        let report = try store.check()
        #expect(report.isDamaged == !report.findings.isEmpty)
        return report.findings.map { "\($0.kind.rawValue) \($0.path ?? $0.records.joined(separator: ", "))" }
    }

    private func isReadable() throws -> Bool {
        (try? fixture.fixture.reopened().load(fixture.trial, at: fixture.keys(1))) != nil
    }

    @Test("A definition that is missing, changed or none, by which records would be read")
    func definitions() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        #expect(try findings().isEmpty && isReadable())
        let url = URL(fileURLWithPath: store.path + "/" + Self.path)
        let text = try String(contentsOf: url, encoding: .utf8)
        for broken in ["{", "[]", text.replacingOccurrences(of: "start", with: "begin")] {
            try broken.write(to: url, atomically: true, encoding: .utf8)
            #expect(try findings() == ["settings \(Self.path)"] && !isReadable(), "\(broken)")
        }
        try FileManager.default.removeItem(at: url)
        #expect(try findings() == ["settings \(Self.path)"] && !isReadable())
        try text.write(to: url, atomically: true, encoding: .utf8)
        #expect(try findings().isEmpty && isReadable())
        // One of other versions than its name says.
        let other = url.deletingLastPathComponent().appendingPathComponent("0.1.0--0.2.0.json")
        try text.write(to: other, atomically: true, encoding: .utf8)
        #expect(try findings() == ["settings variables/Trial/migrations/0.1.0--0.2.0.json"] && !isReadable())
    }

    @Test("A record that is of no version")
    func versions() throws {
        try fixture.migrate(MigrationFixture.first, to: "0.1.0") { $0.isLazy = true }
        var record = try fixture.record(1)
        record.schema = "latest"
        let broken = record
        try store.transaction { try $0.put(broken) }
        #expect(try findings() == ["page Trial subject=1 session=A"] && !isReadable())
        #expect(try store.check().findings.first?.message.contains("'latest'") == true)
    }
}
