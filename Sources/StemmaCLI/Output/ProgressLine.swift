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

    init(isShown: Bool) { self.isShown = isShown }

    convenience init(_ output: Output) { self.init(isShown: output.showsProgress) }

    deinit { clear() }

    /// Says what is being done, how much of it is over, and how much there is, where that is known.
    func update(_ phase: String, _ done: Int, of total: Int?, inBytes: Bool = false) {
        guard isShown else { return }
        let now = Self.now()
        let isNew = phase != self.phase
        if isNew {
            self.phase = phase
            phaseStarted = now
        }
        // What begins is said at once: it may be a while before it is heard of again.
        guard now - started > Self.patience, isNew || now - lastDrawn > Self.interval else { return }
        lastDrawn = now
        let text = ProgressText(
            phase: phase, done: done, total: total, inBytes: inBytes, elapsed: now - phaseStarted)
        draw("\r\u{1B}[K\(text.line(columns: Self.columns() - 1))")
        isOnScreen = true
    }

    /// How wide the terminal is now; people resize it.
    private static func columns() -> Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
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
