import StemmaEvolution
import StemmaRecords
import Testing

@Suite("Numbers in schemas")
struct SchemaNumberTests {
    @Test(
        "multiples are those of the decimals that were written",
        arguments: [
            (0.3, 0.1), (4.35, 0.01), (0.0075, 0.0001), (19.99, 0.01), (1e308, 0.5), (1e300, 1e-300),
            (-0.3, 0.1), (0, 0.7), (12_391_239_123, 1e-8), (.leastNonzeroMagnitude, .leastNonzeroMagnitude),
            (1e17, 0.1),
            (9_007_199_254_740_992, 2),
            (1.1e20, 1.1), (1e20, 1e18),
        ])
    func multiples(number: Double, divisor: Double) throws {
        #expect(try JSONSchema(["multipleOf": .number(divisor)]).isValid(.number(number)))
    }

    @Test(
        "and no others",
        arguments: [
            (0.35, 0.1), (0.00751, 0.0001), (1e308, 0.3), (0.1, 1), (1e-300, 1e300),
            (.leastNonzeroMagnitude, 1), (1e17, 7),
            (9_007_199_254_740_991, 2), (1.15, 0.1),
        ])
    func others(number: Double, divisor: Double) throws {
        #expect(!(try JSONSchema(["multipleOf": .number(divisor)]).isValid(.number(number))))
    }

    @Test("a number without a fraction is an integer")
    func integers() throws {
        let schema = try JSONSchema(["type": "integer"])
        for number in [1.0, -0.0, 1e300, 9_007_199_254_740_994] { #expect(schema.isValid(.number(number))) }
        for number in [0.5, 1e-300] { #expect(!schema.isValid(.number(number))) }
    }
}
