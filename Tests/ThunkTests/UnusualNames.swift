import Stemma

// Thunks whose names, or those of the types around them, are no identifiers.

enum Outer {
    struct Inner<Value> {}
    enum Plain {}
}

extension Outer.Plain {
    @Thunk static func tripled(_ x: Int) -> Int { 3 * x }
}

extension Outer.Inner<Int> {
    @Thunk static func described(_ x: Int) -> String { "\(Self.self) \(x)" }
}

extension [Int] {
    @Thunk static func repeated(_ x: Int) -> Self { [x, x] }
}

final class Settings {
    static let offset = 4
    @Thunk static func shifted(_ x: Int) -> Int { offset + x }
}

@Thunk func `two words`(_ x: Int) -> Int { 2 * x }
@Thunk func größe(_ x: Int) -> Int { x }
