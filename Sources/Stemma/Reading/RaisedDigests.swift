import StemmaBlobs
import StemmaCatalog
import StemmaRecords

/// What payloads were found to be when they are raised. Used with `Store.state` held.
///
/// The catalog has them all; these are the ones that came lately, so that a call that is answered costs no question.
struct RaisedDigests {
    /// What came lately, and before: when it is too much, what was not asked for again goes.
    private var (young, old): ([RaisedDigest.Key: RaisedDigest], [RaisedDigest.Key: RaisedDigest]) = (
        [:], [:]
    )
    /// What the catalog is to be told.
    fileprivate(set) var unsaved: [RaisedDigest.Key: RaisedDigest] = [:]
    /// When it was last told, in nanoseconds.
    fileprivate var lastSaved: Int64 = 0

    private static let limit = 16_384
    /// So many are told together, or what has come in half a second.
    fileprivate static let many = 4096
    fileprivate static let longest: Int64 = 500_000_000

    mutating func find(_ key: RaisedDigest.Key) -> RaisedDigest? {
        if let known = young[key] { return known }
        guard let known = old.removeValue(forKey: key) else { return nil }
        keep(known, for: key)
        return known
    }

    mutating func keep(_ raised: RaisedDigest, for key: RaisedDigest.Key) {
        if young.count >= Self.limit { (young, old) = ([:], young) }
        young[key] = raised
    }
}

extension Store {
    /// What a payload is when it is raised, where that is remembered.
    func raisedDigest(_ key: RaisedDigest.Key) -> RaisedDigest? {
        state.withLock {
            if let known = raisedDigests.find(key) { return known }
            // Nothing depends on it: what cannot be read is worked out anew.
            guard let known = try? readAsKnown({ try $0.raised(key) }) else { return nil }
            raisedDigests.keep(known, for: key)
            return known
        }
    }

    /// Remembers what a payload is when it is raised.
    func remember(_ raised: RaisedDigest, for key: RaisedDigest.Key) {
        state.withLock {
            raisedDigests.keep(raised, for: key)
            raisedDigests.unsaved[key] = raised
            let isDue =
                raisedDigests.unsaved.count >= RaisedDigests.many
                || FileSystem.now() - raisedDigests.lastSaved >= RaisedDigests.longest
            if isDue { saveRaisedDigests() }
        }
    }

    /// Tells the catalog what was found out. What it cannot take now it is told later, or not at all: it is derived.
    func saveRaisedDigests() {
        state.withLock {
            guard !raisedDigests.unsaved.isEmpty, !isTransacting, !catalog.isInMemory else { return }
            do {
                let update = try catalog.update(waiting: 0)
                defer { update.rollback() }
                try update.remember(raisedDigests.unsaved)
                try update.commit()
                raisedDigests.unsaved = [:]
            } catch {
                if raisedDigests.unsaved.count >= 4 * RaisedDigests.many { raisedDigests.unsaved = [:] }
            }
            raisedDigests.lastSaved = FileSystem.now()
        }
    }
}
