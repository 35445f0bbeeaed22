import TestSupport
import Testing

@Suite("Wrong usage of a command says what to give")
struct UsageTests {
    private let fixture: StoreFixture

    init() throws { fixture = try StoreFixture() }

    private func expectUsage(
        _ arguments: [String], _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let result = try fixture.stemma.run(arguments, bytes: [])
        #expect(result.status == 2, "\(result)", sourceLocation: sourceLocation)
        #expect(result.errors.contains(message), "\(result)", sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    }

    @Test("An option that says all there is to say stands alone", arguments: ["show", "forget"])
    func standsAlone(command: String) throws {
        try expectUsage(
            [command, "--function", "f", "Mean"], "error: --function stands alone, but 'Mean' is given too\n")
    }
}
