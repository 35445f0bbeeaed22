/// Numbers as people read them.
enum Amount {
    /// `1,234`.
    static func count(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// `1 record`, `2 records`, `0 records`; the plural is the singular and `s` unless it is said.
    static func counted(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
    }

    /// `512 B`, `1.2 KB`, `34 MB`: two digits at least, units of 1000.
    static func bytes(_ number: Int) -> String {
        guard number >= 1000 else { return "\(number) B" }
        var value = Double(number)
        for unit in ["KB", "MB", "GB", "TB", "PB"] {
            value /= 1000
            // 999.5 would print as 1000.
            if value < 9.95 { return "\(tenths(value)) \(unit)" }
            if value < 999.5 || unit == "PB" { return "\(Int(value.rounded())) \(unit)" }
        }
        return "\(number) B"
    }

    /// `12s`, `3m 05s`, `2h 10m`.
    static func duration(_ seconds: Double) -> String {
        let seconds = Int(seconds.rounded())
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m \(twoDigits(seconds % 60))s"
        default: return "\(seconds / 3600)h \(twoDigits(seconds / 60 % 60))m"
        }
    }

    static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// `3 added, 1 changed`; what is zero is not mentioned.
    static func changes(added: Int, changed: Int, removed: Int, unchanged: Int? = nil) -> String {
        let parts = [
            (added, "added"), (changed, "changed"), (removed, "removed"), (unchanged ?? 0, "unchanged"),
        ]
        let shown = parts.filter { $0.0 > 0 }.map { "\(count($0.0)) \($0.1)" }
        return shown.isEmpty ? "nothing changed" : shown.joined(separator: ", ")
    }
}
