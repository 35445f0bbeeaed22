/// Which members of an object, or elements of an array, schemas were applied to: the annotation that
/// `unevaluatedProperties` and `unevaluatedItems` ask for.
struct EvaluatedParts {
    /// Bit by bit, by position.
    private var words: [UInt64] = []

    func contains(_ position: Int) -> Bool {
        let word = position >> 6
        return word < words.count && words[word] & (1 << UInt64(position & 63)) != 0
    }

    mutating func insert(_ position: Int) {
        let word = position >> 6
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(position & 63)
    }

    /// Inserts every position before this one.
    mutating func insert(below end: Int) {
        for position in 0..<end { insert(position) }
    }

    mutating func formUnion(_ other: EvaluatedParts) {
        while words.count < other.words.count { words.append(0) }
        for index in other.words.indices { words[index] |= other.words[index] }
    }
}

extension EvaluatedParts? {
    /// Notes what a schema evaluated, if somebody asks.
    mutating func formUnion(_ other: EvaluatedParts?) {
        if let other { self?.formUnion(other) }
    }

    /// What a schema notes in whose annotations count only if it holds; nothing if nobody asks.
    var empty: EvaluatedParts? { self == nil ? nil : EvaluatedParts() }
}
