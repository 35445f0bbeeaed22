/// A piece of a line for people: columns of consecutive rows are aligned.
struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    enum Style {
        case plain, strong, good, bad, changed, faint

        /// The SGR sequence (ECMA-48) that begins it.
        var code: String {
            switch self {
            case .plain: ""
            case .strong: "\u{1B}[1m"
            case .good: "\u{1B}[32m"
            case .bad: "\u{1B}[31m"
            case .changed: "\u{1B}[33m"
            case .faint: "\u{1B}[2m"
            }
        }
    }

    var text: String
    var isRightAligned = false
    /// Whether it belongs to the cell before it: one space between them, not two.
    var isAttached = false
    var style = Style.plain

    init(stringLiteral text: String) { self.text = text }
    init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }

    /// A number or a size: its last digits stand below each other.
    static func right(_ text: String) -> Cell {
        var cell = Cell(text)
        cell.isRightAligned = true
        return cell
    }

    /// `1 record`, `12 records`: numbers and units each below each other.
    static func counted(_ number: Int, _ singular: String) -> [Cell] {
        var unit = Cell(number == 1 ? singular : singular + "s")
        unit.isAttached = true
        return [.right(Amount.count(number)), unit]
    }

    /// How many columns of a terminal it takes, for what people commonly write.
    var width: Int { text.count }

    func render(padding: Int, colored: Bool) -> String {
        let shown = colored && style != .plain ? "\(style.code)\(text)\u{1B}[0m" : text
        let space = String(repeating: " ", count: padding)
        return isRightAligned ? space + shown : shown + space
    }
}
