import StemmaBlobs

/// What the elements of an npy file are: any type that numpy stores without pickle.
package struct NPYDataType: Equatable, Sendable {
    /// The type as the header says it; `structured` for records of several fields.
    package let descr: String
    /// Bytes an element.
    package let size: Int
    /// The numeric type, if Swift has it.
    package let element: NPYType?
    package let isBigEndian: Bool

    /// Throws `malformedNPY` at `offset` for types that are unknown or need pickle.
    init(_ literal: PythonLiteral, at offset: Int) throws {
        switch literal {
        case .string(let descr):
            try self.init(descr: descr, at: offset)
        case .list(let fields):
            var size = 0
            for field in fields {
                size = try Self.sum(size, try Self.size(ofField: field, at: offset), at: offset)
            }
            self.init(descr: "structured", size: size, element: nil, isBigEndian: false)
        case .tuple(let parts) where parts.count == 2:
            // A sub-array: its elements' type and its shape.
            let base = try NPYDataType(parts[0], at: offset)
            let size = try Self.size(base.size, times: parts[1], at: offset)
            self.init(descr: base.descr, size: size, element: nil, isBigEndian: false)
        default:
            throw StemmaError.malformedNPY("'descr' is not a type", at: offset)
        }
    }

    private init(descr: String, size: Int, element: NPYType?, isBigEndian: Bool) {
        self.descr = descr
        self.size = size
        self.element = element
        self.isBigEndian = isBigEndian
    }

    private init(descr: String, at offset: Int) throws {
        let unknown = StemmaError.malformedNPY(
            "the type '\(descr)' is not one that numpy stores", at: offset, fields: ["found": descr])
        guard let order = descr.first, let letter = descr.dropFirst().first else { throw unknown }
        if letter == "O" || descr == "O" {
            throw StemmaError.malformedNPY(
                "the elements are Python objects ('\(descr)')", at: offset,
                hint:
                    "they are stored as pickled code that only Python runs; save numbers, strings or records",
                fields: ["found": descr])
        }
        var digits = descr.dropFirst(2)
        // A unit of time follows the size.
        if letter == "M" || letter == "m", let unit = digits.firstIndex(of: "["), digits.last == "]" {
            digits = digits[..<unit]
        }
        guard !digits.isEmpty, digits.utf8.count <= 9,
            digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }),
            let count = Int(digits)
        else {
            throw unknown
        }
        let isKnown =
            switch letter {
            case "b": count == 1
            case "i", "u": [1, 2, 4, 8].contains(count)
            case "f": [2, 4, 8, 12, 16].contains(count)
            case "c": [8, 16, 24, 32].contains(count)
            case "M", "m": count == 8
            case "S", "V", "U", "a": true
            default: false
            }
        let isBytewise = "SVa".contains(letter) || (count == 1 && letter != "U")
        guard isKnown, order == "<" || order == ">" || (order == "|" && isBytewise) else { throw unknown }
        // No overflow: a count has at most nine digits.
        let size = letter == "U" ? 4 * count : count
        self.init(
            descr: descr, size: size, element: NPYType.Kind(rawValue: letter).map { NPYType($0, size: size) },
            isBigEndian: order == ">" && size > 1)
    }

    /// The size of a field of a record: name (or title and name), type, and perhaps a shape.
    private static func size(ofField field: PythonLiteral, at offset: Int) throws -> Int {
        guard case .tuple(let parts) = field, parts.count == 2 || parts.count == 3 else {
            throw StemmaError.malformedNPY("a field in 'descr' is not a tuple of name and type", at: offset)
        }
        let base = try NPYDataType(parts[1], at: offset).size
        return parts.count == 3 ? try size(base, times: parts[2], at: offset) : base
    }

    private static func size(_ base: Int, times shape: PythonLiteral, at offset: Int) throws -> Int {
        let dimensions: [PythonLiteral]
        if case .tuple(let parts) = shape { dimensions = parts } else { dimensions = [shape] }
        var size = base
        for dimension in dimensions {
            guard case .integer(let count) = dimension, count >= 0 else {
                throw StemmaError.malformedNPY("a shape in 'descr' is not made of sizes", at: offset)
            }
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            if overflow { throw tooLarge(at: offset) }
            size = product
        }
        return size
    }

    private static func sum(_ left: Int, _ right: Int, at offset: Int) throws -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if overflow { throw tooLarge(at: offset) }
        return sum
    }

    private static func tooLarge(at offset: Int) -> StemmaError {
        .malformedNPY("an element is larger than memory can be", at: offset)
    }
}
