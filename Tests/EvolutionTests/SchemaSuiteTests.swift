import Foundation
import StemmaBlobs
import StemmaEvolution
import StemmaRecords
import Testing

/// The specification's own tests, which are not a part of this project: `Tests/run` fetches them.
@Suite(
    "The test suite of JSON Schema",
    .enabled(if: SchemaSuite.isThere, "STEMMA_SCHEMA_SUITE names no directory"))
struct SchemaSuiteTests {
    @Test("every required test that needs no other document is passed")
    func required() throws {
        let result = try SchemaSuite.run("")
        print("note: JSON Schema suite, required: \(result)")
        #expect(result.failures.isEmpty)
        #expect(result.passed >= 1208)
        // What is skipped needs a document that the suite's own server has.
        #expect(result.skipped.allSatisfy { $0.key == "remote" }, "\(result.skipped)")
    }

    @Test("every test of a format that is asserted is passed")
    func formats() throws {
        let result = try SchemaSuite.run(
            "optional/format/", assertsFormats: true, leavingOut: ["idn-hostname.json"])
        print("note: JSON Schema suite, formats: \(result)")
        #expect(result.failures.isEmpty)
        #expect(result.passed >= 426)
    }

    @Test("so are the optional tests of what we have")
    func optional() throws {
        let result = try SchemaSuite.run(
            "optional/",
            leavingOut: [
                // Integers beyond 2^53, which our parser refuses.
                "bignum.json",
                // A keyword of earlier drafts, which has become two.
                "dependencies-compatibility.json",
            ])
        print("note: JSON Schema suite, optional: \(result)")
        #expect(result.failures.isEmpty)
        #expect(result.passed >= 108)
        #expect(result.skipped.allSatisfy { $0.key == "remote" }, "\(result.skipped)")
    }
}

/// Runs the files of a folder of the suite.
private enum SchemaSuite {
    struct Result: CustomStringConvertible {
        var passed = 0
        var failures: [String] = []
        var skipped: [String: Int] = [:]

        var description: String {
            let reasons = skipped.sorted { $0.key < $1.key }.map { ", \($0.value) skipped (\($0.key))" }
            return "\(passed) passed, \(failures.count) failed\(reasons.joined())"
        }
    }

    static let directory = ProcessInfo.processInfo.environment["STEMMA_SCHEMA_SUITE"] ?? ""

    /// Found out once, and said when it is not there.
    static let isThere: Bool = {
        let isThere = FileManager.default.fileExists(atPath: directory + "/tests/draft2020-12")
        if !isThere { print("note: STEMMA_SCHEMA_SUITE names no test suite of JSON Schema: it is not run") }
        return isThere
    }()

    static func run(
        _ folder: String, assertsFormats: Bool = false, leavingOut omitted: Set<String> = []
    ) throws -> Result {
        let path = "\(directory)/tests/draft2020-12/\(folder)"
        var result = Result()
        for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
            guard file.hasSuffix(".json"), !omitted.contains(file) else { continue }
            let bytes = try #require(FileManager.default.contents(atPath: path + file))
            guard case .array(let groups) = try JSONParser.parse([UInt8](bytes)) else { continue }
            for group in groups { try run(group, of: file, assertsFormats, &result) }
        }
        return result
    }

    private static func run(
        _ group: JSONValue, of file: String, _ assertsFormats: Bool, _ result: inout Result
    ) throws {
        guard let schema = group["schema"], case .array(let tests)? = group["tests"] else { return }
        let compiled: JSONSchema
        do {
            compiled = try JSONSchema(schema, assertsFormats: assertsFormats)
        } catch let error as StemmaError {
            let needsServer = schema.description.contains("http://localhost:1234/")
            let reason =
                needsServer && (error.code == .unresolvableReference || error.message.contains("$schema"))
            result.skipped[reason ? "remote" : "\(file): \(error)", default: 0] += tests.count
            return
        }
        for test in tests {
            guard let data = test["data"], let expected = test["valid"] else { continue }
            let violations = compiled.violations(in: data)
            if .bool(compiled.isValid(data)) == expected, .bool(violations.isEmpty) == expected {
                result.passed += 1
            } else {
                let place = "\(file): \(group["description"] ?? ""): \(test["description"] ?? "")"
                result.failures.append("\(place): \(violations)")
            }
        }
    }
}
