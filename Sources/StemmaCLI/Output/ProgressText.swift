/// What a line of progress says.
struct ProgressText {
    let phase: String
    let done: Int
    let total: Int?
    var inBytes = false
    /// Since the phase began, in seconds.
    let elapsed: Double
    /// An estimate from less is no better than a guess.
    private static let patience = 1.0

    /// `importing: 6.0 MB of 23 MB, 26%, 12s left`, without what does not fit: a line that is wrapped is not taken
    /// away again.
    func line(columns: Int) -> String {
        let shown = inBytes ? Amount.bytes : Amount.count
        var parts = ["\(phase): \(shown(done))"]
        if let total, total > 0 {
            parts = ["\(phase): \(shown(done)) of \(shown(total))", "\(done * 100 / total)%"]
            if let left = secondsLeft(total) { parts.append("\(Amount.duration(left)) left") }
        }
        while parts.count > 1, parts.joined(separator: ", ").count > columns { parts.removeLast() }
        return String(parts.joined(separator: ", ").prefix(columns))
    }

    private func secondsLeft(_ total: Int) -> Double? {
        guard done > 0, elapsed > Self.patience else { return nil }
        let left = elapsed / Double(done) * Double(max(total - done, 0))
        // "0s left" for a second and more is what nobody believes.
        return left < 1 ? nil : left
    }
}
