import StemmaBlobs

extension JSONReader {
    /// Reads a number: the nearest double, never -0; integers beyond 2^53 as `integers` says.
    mutating func readNumber() throws -> Double {
        let start = position
        let end = bytes.count
        var index = start
        let isNegative = bytes[index] == JSONByte.minus
        if isNegative { index += 1 }

        // The first 19 significant digits, which is what 64 bits hold, and the power of ten that they lack.
        var mantissa: UInt64 = 0
        var significant = 0
        var exponent = 0
        let firstDigit = index
        while index < end, case let digit = bytes[index] &- JSONByte.zero, digit <= 9 {
            if significant < 19 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                if mantissa != 0 { significant += 1 }
            } else {
                significant += 1
                exponent += 1
            }
            index += 1
        }
        guard index > firstDigit else { throw unexpected("a digit", at: index) }
        if bytes[firstDigit] == JSONByte.zero, index > firstDigit + 1 {
            throw malformed("a number must not begin with 0 and another digit", at: firstDigit)
        }

        let next = index < end ? bytes[index] : 0
        guard next == UInt8(ascii: ".") || next | 0x20 == UInt8(ascii: "e") else {
            position = index
            if significant <= 16, mantissa <= UInt64(JSONLimits.integer) {
                // Int64 has no -0.
                return Double(isNegative ? -Int64(mantissa) : Int64(mantissa))
            }
            return try largeInteger(start..<index)
        }

        if next == UInt8(ascii: ".") {
            index += 1
            let firstFraction = index
            while index < end, case let digit = bytes[index] &- JSONByte.zero, digit <= 9 {
                if significant < 19 {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    if mantissa != 0 { significant += 1 }
                    exponent -= 1
                } else {
                    significant += 1
                }
                index += 1
            }
            guard index > firstFraction else { throw unexpected("a digit", at: index) }
        }
        if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            let isSmall = index < end && bytes[index] == JSONByte.minus
            if isSmall || (index < end && bytes[index] == UInt8(ascii: "+")) { index += 1 }
            let firstExponent = index
            var stated = 0
            while index < end, case let digit = bytes[index] &- JSONByte.zero, digit <= 9 {
                // Kept small enough never to overflow; it only chooses the path below.
                if stated < 1_000_000 { stated = stated * 10 + Int(digit) }
                index += 1
            }
            guard index > firstExponent else { throw unexpected("a digit", at: index) }
            exponent += isSmall ? -stated : stated
        }
        position = index

        if mantissa == 0, significant == 0 { return 0 }
        // Both factors are doubles without rounding, so the one rounding of the result is the right one (Clinger,
        // How to read floating point numbers accurately, 1990).
        if significant <= 19, mantissa <= UInt64(JSONLimits.integer), (-22...22).contains(exponent) {
            let whole = Double(mantissa)
            let value =
                exponent < 0 ? whole / PowersOfTen.exact[-exponent] : whole * PowersOfTen.exact[exponent]
            return isNegative ? -value : value
        }
        return try nearestDouble(start..<index)
    }

    private func nearestDouble(_ range: Range<Int>) throws -> Double {
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            let shown = text.utf8.count > 40 ? "\(text.prefix(40))..." : text
            throw malformed("the number \(shown) is beyond what a double can hold", at: range.lowerBound)
        }
        return value == 0 ? 0 : value
    }

    /// An integer beyond 2^53, which is read only where it is what a double is printed as.
    private func largeInteger(_ range: Range<Int>) throws -> Double {
        let literal = bytes[range]
        if integers == .printed, range.count <= 22,
            let value = Double(String(decoding: literal, as: UTF8.self))
        {
            var printed: [UInt8] = []
            try JSONNumber.append(value, to: &printed)
            if printed.elementsEqual(literal) { return value }
        }
        throw StemmaError.integerTooLarge(
            String(decoding: literal, as: UTF8.self), at: range.lowerBound, in: bytes)
    }
}

/// The powers of ten that are doubles without rounding.
enum PowersOfTen {
    static let exact: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
        1e18,
        1e19, 1e20, 1e21, 1e22,
    ]
}
