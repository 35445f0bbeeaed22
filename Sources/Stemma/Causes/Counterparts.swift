import StemmaBlobs
import StemmaRecords

/// For records that one view alone has: the nearest variants at the same keys of the other one.
struct Counterparts {
    private let view: any ReadView

    init(in view: any ReadView) { self.view = view }

    /// The nearest variant for each record of one variable: the one with the most equal version entries; of several,
    /// the first in the order of pages.
    func nearest(to records: [Record]) throws -> [Record?] {
        guard let variable = records.first?.variable else { return [] }
        let candidates = try variants(of: variable, at: Set(records.map(\.keys)))
        return records.map { record in
            var best: (score: Int, record: Record)?
            for candidate in candidates[record.keys] ?? [] {
                let score = record.version.entries.count { candidate.version[$0.name] == $0.value }
                if best.map({ $0.score < score }) ?? true { best = (score, candidate) }
            }
            return best?.record
        }
    }

    private func variants(of variable: String, at keys: Set<Keys>) throws -> [Keys: [Record]] {
        var found: [Keys: [Record]] = [:]
        // The other view may have no such variable.
        let chunks = try ifKnown { try view.chunks(of: variable, matching: Filter()) } ?? []
        // A lookup reads a page, at worst; a chunk is one or more.
        if keys.count < chunks.count {
            for keys in keys { found[keys] = try ifKnown { try view.variants(of: variable, keys: keys) } }
        } else {
            for chunk in chunks {
                for record in try view.records(in: chunk) where keys.contains(record.keys) {
                    found[record.keys, default: []].append(record)
                }
            }
        }
        return found
    }

    /// `nil` where the view has no such variable or key, or does not know which of two records stands at a place.
    private func ifKnown<T>(_ body: () throws -> T) throws -> T? {
        do {
            return try body()
        } catch let error as StemmaError
            where [.unknownVariable, .unknownKey, .keyTypeMismatch, .duplicateRecord].contains(error.code)
        {
            return nil
        }
    }
}
