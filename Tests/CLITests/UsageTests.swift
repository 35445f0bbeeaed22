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

    @Test("A page needs a file to be written to", arguments: [["lineage"], ["diff"]])
    func page(command: [String]) throws {
        try expectUsage(command + ["--html", ""], "error: --html takes the name of a file, not ''\n")
    }

    @Test(
        "What is missing in an option of run is named",
        arguments: [
            (["--jobs", "0"], "--jobs takes a whole number from 1 up, not '0'"),
            (
                ["-i", "x="],
                "--input takes NAME=VARIABLE or NAME=VARIABLE@KEY=VALUE,...; VARIABLE is missing in 'x='"
            ),
            (["-i", "x=@session=A"], "VARIABLE is missing in 'x=@session=A'"),
            (["-i", ""], "VARIABLE is missing in ''"),
            (["-o", "P="], "--output takes VARIABLE=FILE; FILE is missing in 'P='"),
            (["--code", ""], "--code takes the name of a file, not ''"),
        ])
    func run(options: [String], message: String) throws {
        try expectUsage(
            ["run", "f"] + options + ["-o", "O=o.txt", "--", "true", "{O}"], message)
    }
}
