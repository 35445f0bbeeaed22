/// Names and numbers of hosts, and mailboxes at them.
extension FormatScanner {
    /// A name of RFC 1123, section 2.1: labels of at most 63 letters, digits and inner hyphens.
    mutating func hostname() -> Bool {
        let start = position
        repeat {
            let label = position
            let length = skip(while: { $0.isAlphanumeric || $0 == UInt8(ascii: "-") })
            guard (1...63).contains(length), bytes[label] != UInt8(ascii: "-"),
                bytes[position - 1] != UInt8(ascii: "-"), isProper(label..<position)
            else {
                return false
            }
        } while skip(".")
        return position - start <= 253
    }

    /// Two hyphens in the third and fourth place are reserved (RFC 5891, 4.2.3.1); `xn--` says what they are for.
    private func isProper(_ label: Range<Int>) -> Bool {
        guard label.count >= 4, bytes[label.lowerBound + 2] == UInt8(ascii: "-"),
            bytes[label.lowerBound + 3] == UInt8(ascii: "-")
        else {
            return true
        }
        return label.count > 4 && bytes[label.lowerBound] | 0x20 == UInt8(ascii: "x")
            && bytes[label.lowerBound + 1] | 0x20 == UInt8(ascii: "n")
    }

    /// Four numbers below 256, without leading zeros (RFC 2673, 3.2).
    mutating func ipv4() -> Bool {
        for part in 0..<4 {
            if part > 0, !skip(".") { return false }
            let start = position
            let length = skip(while: \.isDigit)
            guard (1...3).contains(length), length == 1 || bytes[start] != UInt8(ascii: "0") else {
                return false
            }
            let value = bytes[start..<position].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            if value > 255 { return false }
        }
        return true
    }

    /// Eight groups of up to four digits, of which `::` leaves out zeros once (RFC 4291, 2.2).
    mutating func ipv6() -> Bool {
        var groups = 0
        var isShortened = false
        if attempt({ $0.skip(":") && $0.skip(":") }) { isShortened = true }
        while upcoming?.isHexadecimal == true {
            // The last two groups may be written as IPv4.
            if groups <= 6, attempt({ $0.ipv4() && $0.upcoming != UInt8(ascii: ":") }) {
                groups += 2
                break
            }
            guard (1...4).contains(skip(while: \.isHexadecimal)) else { return false }
            groups += 1
            guard skip(":") else { break }
            if skip(":") {
                if isShortened { return false }
                isShortened = true
            } else if upcoming?.isHexadecimal != true {
                return false
            }
        }
        return isShortened ? groups < 8 : groups == 8
    }

    /// A mailbox of RFC 5321, 4.1.2; with characters beyond ASCII as RFC 6531 has them.
    mutating func mailbox(isInternational: Bool) -> Bool {
        let start = position
        guard upcoming == UInt8(ascii: "\"") ? quoted(isInternational) : dotted(isInternational),
            position - start <= 64, skip("@")
        else {
            return false
        }
        guard skip("[") else { return isInternational ? internationalName() : hostname() }
        let isAddress = attempt { $0.ipv6Tag() && $0.ipv6() } || attempt { $0.ipv4() }
        return isAddress && skip("]")
    }

    private mutating func ipv6Tag() -> Bool {
        skip("Ii") && skip("Pp") && skip("Vv") && skip("6") && skip(":")
    }

    private mutating func dotted(_ isInternational: Bool) -> Bool {
        repeat {
            let length = skip(while: {
                $0.isAlphanumeric || ("!#$%&'*+-/=?^_`{|}~" as StaticString).has($0)
                    || (isInternational && $0 >= 0x80)
            })
            if length == 0 { return false }
        } while skip(".")
        return true
    }

    private mutating func quoted(_ isInternational: Bool) -> Bool {
        guard skip("\"") else { return false }
        while let byte = upcoming, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") { position += 1 }
            guard let byte = upcoming, (0x20...0x7E).contains(byte) || (isInternational && byte >= 0x80)
            else {
                return false
            }
            position += 1
        }
        return skip("\"")
    }

    /// Labels with characters of any script; which of these are allowed, IDNA knows.
    private mutating func internationalName() -> Bool {
        repeat {
            let label = position
            let length = skip(while: { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 >= 0x80 })
            guard length > 0, bytes[label] != UInt8(ascii: "-"), bytes[position - 1] != UInt8(ascii: "-")
            else {
                return false
            }
        } while skip(".")
        return true
    }
}
