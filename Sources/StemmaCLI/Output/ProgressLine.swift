import Glibc

/// One line on standard error that says how far a long command is; nothing where nobody looks.
final class ProgressLine {
    private let isShown: Bool
    private let started = ProgressLine.now()
    private var phaseStarted = ProgressLine.now()
    private var phase = ""
    private var lastDrawn = 0.0
    private var isOnScreen = false
    /// What is over sooner is not worth a flicker.
    private static let patience = 0.4
    private static let interval = 0.1

    init(_ output: Output) { isShown = output.showsProgress }

    deinit { clear() }

    /// Says what is being done, how much of it is over, and how much there is, where that is known.
    func update(_ phase: String, _ done: Int, of total: Int?, inBytes: Bool = false) {
        guard isShown else { return }
        let now = Self.now()
        if phase != self.phase {
            self.phase = phase
            phaseStarted = now
        }
        guard now - started > Self.patience, now - lastDrawn > Self.interval else { return }
        lastDrawn = now
        let shown = inBytes ? Amount.bytes : Amount.count
        var line = "\(phase): \(shown(done))"
        if let total, total > 0 {
            line += " of \(shown(total)), \(done * 100 / total)%"
            let elapsed = now - phaseStarted
            if done > 0, elapsed > 1 {
                line += ", \(Amount.duration(elapsed / Double(done) * Double(max(total - done, 0)))) left"
            }
        }
        draw("\r\u{1B}[K\(line)")
        isOnScreen = true
    }

    /// Takes the line away.
    func clear() {
        guard isOnScreen else { return }
        draw("\r\u{1B}[K")
        isOnScreen = false
    }

    private func draw(_ text: String) {
        let bytes = Array(text.utf8)
        // A line of progress that cannot be written is no error of the command.
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
