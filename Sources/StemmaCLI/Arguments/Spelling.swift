/// Finds what somebody probably meant to type.
enum Spelling {
    /// The one of `names` that is at most two edits away, or that `name` begins; `nil` when none is.
    static func nearest(to name: String, among names: [String]) -> String? {
        let near = names.map { ($0, distance(name, $0)) }.filter { $0.1 <= 2 && $0.1 < $0.0.utf8.count }
        if let best = near.min(by: { $0.1 < $1.1 }) { return best.0 }
        return name.utf8.count > 1 ? names.first { $0.hasPrefix(name) } : nil
    }

    /// The Levenshtein distance, with a swap of neighbours as one edit.
    private static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        // Words are short; what is not is no slip of the pen.
        guard a.count <= 64, b.count <= 64 else { return .max }
        var (before, last) = ([Int](), Array(0...b.count))
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
