/// Dates and times as RFC 3339 writes them.
extension FormatScanner {
    mutating func dateTime() -> Bool { date() && skip("Tt") && time() }

    mutating func date() -> Bool {
        guard let year = number(digits: 4), skip("-"), let month = number(digits: 2), skip("-"),
            let day = number(digits: 2)
        else {
            return false
        }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && (1...days[month - 1]).contains(day)
    }

    mutating func time() -> Bool {
        guard let hour = number(digits: 2), skip(":"), let minute = number(digits: 2), skip(":"),
            let second = number(digits: 2), hour < 24, minute < 60, second <= 60
        else {
            return false
        }
        if skip("."), skip(while: \.isDigit) == 0 { return false }
        guard let offset = offset() else { return false }
        // A leap second is at the end of a day of UTC.
        let minutes = hour * 60 + minute - offset
        return second < 60 || (minutes + 2 * 1440) % 1440 == 1439
    }

    /// The minutes by which a time is ahead of UTC.
    private mutating func offset() -> Int? {
        if skip("Zz") { return 0 }
        let isBehind = upcoming == UInt8(ascii: "-")
        guard skip("+-"), let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2),
            hours < 24,
            minutes < 60
        else {
            return nil
        }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes)
    }

    /// A duration of ISO 8601, by the grammar of appendix A of the RFC: units follow one another without a gap.
    mutating func duration() -> Bool {
        guard skip("P") else { return false }
        let (date, isWeeks) = units(["Y", "M", "D"], orAlone: "W")
        if isWeeks { return true }
        guard skip("T") else { return date }
        return units(["H", "M", "S"], orAlone: nil).hasSome
    }

    private mutating func units(
        _ letters: [StaticString], orAlone lone: StaticString?
    ) -> (hasSome: Bool, isLone: Bool) {
        var last: Int?
        while upcoming?.isDigit == true {
            let start = position
            _ = skip(while: \.isDigit)
            if last == nil, let lone, skip(lone) { return (true, true) }
            let unit = letters.firstIndex { upcoming.map($0.has) == true }
            guard let unit, last == nil || unit == (last ?? 0) + 1 else {
                position = start
                return (false, false)
            }
            position += 1
            last = unit
        }
        return (last != nil, false)
    }
}
