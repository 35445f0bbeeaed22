/// A numeric type of array elements, as numpy names it.
public struct NPYType: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of numbers, by the letters that numpy has for them.
    package enum Kind: Character, Sendable {
        case boolean = "b"
        case integer = "i"
        case unsigned = "u"
        case float = "f"
    }

    package let kind: Kind
    /// Bytes an element.
    package let size: Int

    package init(_ kind: Kind, size: Int) {
        self.kind = kind
        self.size = size
    }

    /// What npy headers say for the type in little endian (`<f8`, `|u1`, ...).
    public var descr: String { "\(size == 1 ? "|" : "<")\(kind.rawValue)\(size)" }

    /// The type as `descr` of an npy header has it.
    public var description: String { descr }

    /// The Swift type that has these elements.
    var swiftName: String {
        switch kind {
        case .boolean: "Bool"
        case .integer: "Int\(8 * size)"
        case .unsigned: "UInt\(8 * size)"
        case .float: size == 8 ? "Double" : size == 4 ? "Float" : "Float\(8 * size)"
        }
    }
}
