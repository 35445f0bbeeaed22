/// Aligns rows in constant memory: widths are those of the rows seen so far, and never shrink.
struct Columns {
    private var pending: [[Cell]] = []
    private var widths: [Int] = []
    /// The first rows are looked at together, so that most tables are aligned as a whole.
    private static let batch = 256

    var isEmpty: Bool { pending.isEmpty }

    /// Takes a row; says whether it is time to write them out.
    mutating func add(_ row: [Cell]) -> Bool {
        for (index, cell) in row.enumerated() {
            if index == widths.count { widths.append(0) }
            widths[index] = max(widths[index], cell.width)
        }
        pending.append(row)
        return pending.count >= Self.batch
    }

    /// The lines of the rows that wait; a table that goes on afterwards keeps its widths.
    mutating func take(colored: Bool) -> String {
        var text = ""
        for row in pending {
            var line = ""
            for (index, cell) in row.enumerated() {
                // A column that is empty in every row takes no space.
                if widths[index] == 0 { continue }
                if !line.isEmpty { line += cell.isAttached ? " " : "  " }
                let isLast = index == row.count - 1
                line += cell.render(
                    padding: isLast && !cell.isRightAligned ? 0 : widths[index] - cell.width, colored: colored
                )
            }
            while line.hasSuffix(" ") { line.removeLast() }
            text += line + "\n"
        }
        pending.removeAll(keepingCapacity: true)
        return text
    }

    /// Ends the table: the next row begins another.
    mutating func end() { widths = [] }
}
