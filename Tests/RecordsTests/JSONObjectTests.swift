import StemmaRecords
import Testing

@Suite("JSON objects")
struct JSONObjectTests {
    @Test("members can be set, replaced, found and removed, whatever their number", arguments: 1...3)
    func model(seed: Int) {
        var random = JSONRandomValue(seed: UInt64(seed))
        var object = JSONObject()
        // Keyed by bytes, as names are.
        var model: [[UInt8]: JSONValue] = [:]
        for step in 0..<2000 {
            let name = random.string()
            let value: JSONValue? = random.below(3) == 0 ? nil : .number(Double(step))
            object[name] = value
            model[Array(name.utf8)] = value
            let other = random.string()
            #expect(object[other] == model[Array(other.utf8)], "seed \(seed)")
            #expect(object.count == model.count, "seed \(seed)")
        }
        let names = object.names
        #expect(zip(names, names.dropFirst()).allSatisfy { $0.utf16.lexicographicallyPrecedes($1.utf16) })
        for (name, value) in object { #expect(model[Array(name.utf8)] == value, "seed \(seed)") }
    }

    @Test("members are found by name and only objects have them")
    func subscripts() {
        let value: JSONValue = ["a": ["b": 1]]
        #expect(value["a"]?["b"] == 1)
        #expect(value["b"] == nil)
        #expect((1 as JSONValue)["a"] == nil)
    }
}
