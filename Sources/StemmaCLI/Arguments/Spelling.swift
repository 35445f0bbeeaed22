import Stemma

/// Finds what somebody probably meant to type.
enum Spelling {
    /// The one of `names` that is at most two edits away, or that `name` begins; `nil` when none is.
    static func nearest(to name: String, among names: [String]) -> String? {
        let near = names.map { ($0, NearestName.distance(name, $0)) }.filter {
            $0.1 <= 2 && $0.1 < $0.0.utf8.count
        }
        if let best = near.min(by: { $0.1 < $1.1 }) { return best.0 }
        return name.utf8.count > 1 ? names.first { $0.hasPrefix(name) } : nil
    }
}
