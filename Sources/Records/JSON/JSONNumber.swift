import StemmaBlobs

/// Numbers as ECMAScript prints them, which is their one form in canonical JSON (RFC 8785, 3.2.2.3).
package enum JSONNumber {
    /// Appends the shortest digits that read back as the same double; -0 is printed as 0.
    ///
    /// Throws `unencodable` for NaN and infinities.
    package static func append(_ number: Double, to output: inout [UInt8]) throws {
        if number.magnitude <= Double(JSONLimits.integer), let integer = Int64(exactly: number) {
            append(integer: integer, to: &output)
        } else if !appendShortDecimal(number, to: &output) {
            guard number.isFinite else { throw StemmaError.nonFiniteNumber(number) }
            appendShortest(number, to: &output)
        }
    }

    /// Appends the decimal digits of an integer.
    package static func append(integer: Int64, to output: inout [UInt8]) {
        if integer < 0 { output.append(JSONByte.minus) }
        append(digitsOf: integer.magnitude, atLeast: 1, to: &output)
    }

    private static func append(digitsOf number: UInt64, atLeast width: Int, to output: inout [UInt8]) {
        if number < 10, width == 1 {
            output.append(JSONByte.zero + UInt8(number))
            return
        }
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { buffer in
            var rest = number
            var start = 20
            while rest > 0 || start > 20 - width {
                start -= 1
                buffer[start] = JSONByte.zero + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            output.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[start...]))
        }
    }

    /// Appends a number that has at most six decimal places and fifteen digits, and says whether it has.
    ///
    /// No two decimals of at most fifteen digits read as the same double, so one that reads as this number has the
    /// shortest digits there are. Both the integer and 10^6 are exact, so the division is how it would be read.
    private static func appendShortDecimal(_ number: Double, to output: inout [UInt8]) -> Bool {
        let magnitude = number.magnitude
        guard magnitude < 1e9, magnitude >= 1e-6 else { return false }
        let scaled = (magnitude * 1e6).rounded()
        guard scaled / 1e6 == magnitude, scaled < 1e15 else { return false }
        if number < 0 { output.append(JSONByte.minus) }
        let (whole, part) = UInt64(scaled).quotientAndRemainder(dividingBy: 1_000_000)
        append(digitsOf: whole, atLeast: 1, to: &output)
        var fraction = part
        var places = 6
        while fraction % 10 == 0, places > 1 {
            fraction /= 10
            places -= 1
        }
        output.append(UInt8(ascii: "."))
        append(digitsOf: fraction, atLeast: places, to: &output)
        return true
    }

    /// Takes the digits from Swift's description, which are the shortest and, of those, the closest, and puts them
    /// where ECMAScript does (ECMA-262, Number::toString; `point` is its n, the count of digits its k).
    private static func appendShortest(_ number: Double, to output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { digits in
            let (count, point) = significantDigits(of: number.magnitude, into: digits)
            if number < 0 { output.append(JSONByte.minus) }
            let zero = JSONByte.zero
            let dot = UInt8(ascii: ".")
            if count <= point, point <= 21 {
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[..<count]))
                output.append(contentsOf: repeatElement(zero, count: point - count))
            } else if point > 0, point <= 21 {
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[..<point]))
                output.append(dot)
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[point..<count]))
            } else if point > -6, point <= 0 {
                output.append(zero)
                output.append(dot)
                output.append(contentsOf: repeatElement(zero, count: -point))
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[..<count]))
            } else {
                output.append(digits[0])
                if count > 1 {
                    output.append(dot)
                    output.append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[1..<count]))
                }
                output.append(UInt8(ascii: "e"))
                output.append(point > 0 ? UInt8(ascii: "+") : JSONByte.minus)
                append(digitsOf: UInt64((point - 1).magnitude), atLeast: 1, to: &output)
            }
        }
    }

    /// Writes the digits of a positive number without leading and trailing zeros, and says how many they are and
    /// how many of them stand before the decimal point (negative: zeros after it).
    private static func significantDigits(
        of number: Double, into digits: UnsafeMutableRawBufferPointer
    ) -> (count: Int, point: Int) {
        var count = 0
        var point = 0
        var exponent = 0
        var isFraction = false
        var isExponent = false
        var exponentSign = 1
        number.description.withBytes { text in
            for byte in text {
                switch byte {
                case UInt8(ascii: "."): isFraction = true
                case UInt8(ascii: "e"): isExponent = true
                case UInt8(ascii: "-"): exponentSign = -1
                case UInt8(ascii: "+"): break
                default:
                    if isExponent {
                        exponent = exponent * 10 + Int(byte - JSONByte.zero)
                    } else if count == 0, byte == JSONByte.zero {
                        if isFraction { point -= 1 }
                    } else {
                        if !isFraction { point += 1 }
                        digits[count] = byte
                        count += 1
                    }
                }
            }
        }
        while count > 1, digits[count - 1] == JSONByte.zero { count -= 1 }
        return (count, point + exponentSign * exponent)
    }
}
