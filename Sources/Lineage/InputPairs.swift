import StemmaBlobs
import StemmaRecords

/// The inputs of two calls, paired: by name and place, and what is left by name in order.
///
/// A list is several inputs of one name. One that is longer than before pairs with the same members as before.
struct InputPairs {
    private(set) var both: [(before: LineageRecord.Input, after: LineageRecord.Input)] = []
    private(set) var onlyBefore: [LineageRecord.Input]
    private(set) var onlyAfter: [LineageRecord.Input]

    init(_ before: [LineageRecord.Input], _ after: [LineageRecord.Input]) {
        (onlyBefore, onlyAfter) = (before, after)
        // Most calls have the inputs that they had.
        if before.count == after.count,
            zip(before, after).allSatisfy({ Place(versioned: $0) == Place(versioned: $1) })
        {
            both = Array(zip(before, after))
            (onlyBefore, onlyAfter) = ([], [])
            return
        }
        pair(by: Place.init(versioned:))
        pair(by: Place.init(_:))
        pair(by: \.name)
    }

    private struct Place: Hashable {
        let name: String
        let variable: String?
        let keys: Keys?
        var version: Version?

        init(_ input: LineageRecord.Input) {
            (name, variable, keys) = (input.name, input.variable, input.keys)
        }

        init(versioned input: LineageRecord.Input) {
            self.init(input)
            version = input.version
        }
    }

    private mutating func pair<Key: Hashable>(by key: (LineageRecord.Input) -> Key) {
        var waiting: [Key: [LineageRecord.Input]] = [:]
        for input in onlyAfter.reversed() { waiting[key(input), default: []].append(input) }
        var left: [LineageRecord.Input] = []
        for input in onlyBefore {
            if let partner = waiting[key(input)]?.popLast() {
                both.append((input, partner))
            } else {
                left.append(input)
            }
        }
        onlyBefore = left
        onlyAfter = waiting.values.flatMap(\.self).sorted { $0.position < $1.position }
    }
}
