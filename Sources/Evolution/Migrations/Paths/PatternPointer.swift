import StemmaBlobs
import StemmaRecords

/// A JSON pointer in which `*` stands for every element of an array, or every member of an object.
///
/// `/trials/*/peak`; a member that is called `*` is written `~2`.
package struct PatternPointer: Sendable, CustomStringConvertible {
    enum Token: Sendable {
        case one(PathToken)
        case every
    }

    let tokens: [Token]
    /// The pointer as it was written.
    package let description: String

    /// Reads a pointer. Throws `malformedPointer`.
    package init(_ text: String) throws {
        description = text
        tokens = try JSONPointer.patternTokens(text).map { $0.map { .one(PathToken($0)) } ?? .every }
    }

    init(_ tokens: [Token]) {
        self.tokens = tokens
        description = tokens.map { token in
            switch token {
            case .every: "/*"
            case .one(let token): Self.written(token.name)
            }
        }.joined()
    }

    private static func written(_ name: String) -> String {
        name == "*" ? "/~2" : JSONPointer(tokens: [name]).description
    }

    /// The pointer to a member of what this one leads to.
    func appending(_ name: String) -> PatternPointer { PatternPointer(tokens + [.one(PathToken(name))]) }

    /// The pointer to what holds the part that this one leads to.
    var parent: PatternPointer { PatternPointer(Array(tokens.dropLast())) }

    /// The name of the last token, `nil` of the whole value and of every element.
    var lastName: String? {
        if case .one(let token)? = tokens.last { token.name } else { nil }
    }

    /// Whether it may lead to more than one part.
    var hasEvery: Bool { tokens.contains { if case .every = $0 { true } else { false } } }

    /// How many tokens stand before the last `*` and including it.
    private var baseCount: Int {
        1 + (tokens.lastIndex { if case .every = $0 { true } else { false } } ?? -1)
    }

    /// The parts that `*` leads to, and the way on from each of them.
    var divided: (bases: BasePattern, path: [PathToken]) {
        var segments: [[PathToken]] = []
        var current: [PathToken] = []
        for token in tokens {
            switch token {
            case .one(let token): current.append(token)
            case .every:
                segments.append(current)
                current = []
            }
        }
        return (BasePattern(segments: segments), current)
    }

    /// Whether both go the same way up to the last `*` of each.
    func hasSameBases(as other: PatternPointer) -> Bool {
        baseCount == other.baseCount
            && zip(tokens[..<baseCount], other.tokens[..<baseCount]).allSatisfy(Self.isSame)
    }

    /// Whether both are spelled with the same tokens.
    func isSame(as other: PatternPointer) -> Bool {
        tokens.count == other.tokens.count && zip(tokens, other.tokens).allSatisfy(Self.isSame)
    }

    /// Whether one may lead to what the other leads to, or to something within it.
    func overlaps(_ other: PatternPointer) -> Bool {
        zip(tokens, other.tokens).allSatisfy { left, right in
            switch (left, right) {
            case (.one(let left), .one(let right)): left.name.hasSameBytes(as: right.name)
            default: true
            }
        }
    }

    private static func isSame(_ left: Token, _ right: Token) -> Bool {
        switch (left, right) {
        case (.every, .every): true
        case (.one(let left), .one(let right)): left.name.hasSameBytes(as: right.name)
        default: false
        }
    }
}

/// The name of a member, or the place of an element.
struct PathToken: Sendable {
    let name: String
    /// The place that it names in an array.
    let index: Int?

    init(_ name: String) {
        self.name = name
        index = JSONPointer.elementIndex(name)
    }
}
