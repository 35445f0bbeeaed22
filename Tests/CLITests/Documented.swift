import Foundation
import Stemma
import StemmaRecords
import Testing

/// The kinds of objects that Docs/Output.md documents, with their members.
///
/// A kind is a heading of the third level with its name in backquotes; its members are the rows of the table below.
enum Documented {
    static func kinds() throws -> [String: Set<String>] {
        var kinds: [String: Set<String>] = [:]
        var kind: String?
        for line in try text().split(separator: "\n") {
            if line.hasPrefix("#") {
                kind = line.firstMatch(of: /^### `([a-z-]+)`/).map { String($0.1) }
                if let kind { kinds[kind] = ["kind"] }
            } else if let kind, let member = line.firstMatch(of: /^\| `(\w+)`/) {
                kinds[kind, default: []].insert(String(member.1))
            }
        }
        return kinds
    }

    static func text() throws -> String {
        try String(contentsOf: Repository.file("Docs/Output.md"), encoding: .utf8)
    }

    /// Expects every object to be of a documented kind, with documented members only, and `kind` first.
    static func check(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let kinds = try kinds()
        for line in lines {
            let object = try #require(try JSONParser.parse(line).asObject, sourceLocation: sourceLocation)
            let kind = try #require(object["kind"]?.asString, sourceLocation: sourceLocation)
            #expect(line.hasPrefix("{\"kind\":\"\(kind)\""), sourceLocation: sourceLocation)
            let members = try #require(
                kinds[kind], "the kind '\(kind)' is not documented", sourceLocation: sourceLocation)
            for name in object.names {
                #expect(
                    members.contains(name), "'\(name)' of '\(kind)' is not documented",
                    sourceLocation: sourceLocation)
            }
        }
    }
}
