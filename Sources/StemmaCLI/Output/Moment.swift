import Glibc

/// A point in time with its distance from UTC, as commits state it.
struct Moment {
    let seconds: Int64
    /// Minutes by which the clock on the wall is ahead of UTC.
    let offset: Int

    /// `2026-11-21T04:15:22+01:00` (RFC 3339).
    var iso8601: String {
        let sign = offset < 0 ? "-" : "+"
        let zone = "\(sign)\(Amount.twoDigits(abs(offset) / 60)):\(Amount.twoDigits(abs(offset) % 60))"
        return text("%Y-%m-%dT%H:%M:%S") + zone
    }

    /// `2026-11-21 04:15`.
    var short: String { text("%Y-%m-%d %H:%M") }

    private func text(_ format: String) -> String {
        var time = time_t(seconds + Int64(offset) * 60)
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil else { return "?" }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
