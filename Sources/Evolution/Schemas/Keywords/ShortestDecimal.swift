/// A number as the shortest decimal that reads back as the same double, without its sign: digits × 10^exponent.
///
/// That is what stands in the text: 0.3 is a multiple of 0.1 there, while of the two doubles it is none.
struct ShortestDecimal {
    /// At most 17 digits, none of them a zero at the end.
    let digits: UInt64
    let exponent: Int

    /// The decimal of a finite number.
    init(_ number: Double) {
        var digits: UInt64 = 0
        var exponent = 0
        var isFraction = false
        var written = 0
        var isNegative = false
        var isExponent = false
        // As in "-0.25", "5e-324" and "1.5e+300".
        for byte in number.magnitude.description.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Int(byte - UInt8(ascii: "0"))
                if isExponent {
                    written = written * 10 + digit
                } else {
                    digits = digits &* 10 &+ UInt64(digit)
                    if isFraction { exponent -= 1 }
                }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"): isExponent = true
            case UInt8(ascii: "-"): isNegative = true
            default: break
            }
        }
        exponent += isNegative ? -written : written
        while digits != 0, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        self.digits = digits
        self.exponent = exponent
    }

    /// Whether the quotient of the two is an integer, exactly.
    func isMultiple(of divisor: ShortestDecimal) -> Bool {
        if digits == 0 { return true }
        guard divisor.digits != 0 else { return false }
        let shift = exponent - divisor.exponent
        if shift >= 0 {
            // digits × 10^shift, modulo the divisor's digits.
            let modulus = divisor.digits
            return Self.product(digits % modulus, Self.power(shift, modulo: modulus), modulo: modulus) == 0
        }
        // The divisor's digits × 10^-shift, of which nothing up to 10^17 is a multiple when there are more zeros.
        var scaled = divisor.digits
        for _ in 0..<(-shift) {
            let (product, hasOverflowed) = scaled.multipliedReportingOverflow(by: 10)
            if hasOverflowed { return false }
            scaled = product
        }
        return digits % scaled == 0
    }

    private static func power(_ exponent: Int, modulo modulus: UInt64) -> UInt64 {
        var result: UInt64 = 1 % modulus
        var square: UInt64 = 10 % modulus
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = product(result, square, modulo: modulus) }
            square = product(square, square, modulo: modulus)
            rest >>= 1
        }
        return result
    }

    private static func product(_ left: UInt64, _ right: UInt64, modulo modulus: UInt64) -> UInt64 {
        modulus.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
    }
}
