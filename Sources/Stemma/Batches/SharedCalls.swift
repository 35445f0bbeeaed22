import StemmaBlobs
import StemmaRecords

/// Sees to it that a batch makes each call once, however many combinations need it.
///
/// A combination whose call another thread is making is put aside, and its own thread goes on with others.
struct SharedCalls {
    /// What a thread is to do about a call.
    enum Claim {
        /// Make it, and release it when its results are taken in.
        case make
        /// Go on with something else: the combination comes up again when the call was made.
        case putAside
        /// It was made in this batch, and failed.
        case failed(String)
    }

    /// The calls that are being made, with the combinations that wait for each.
    private var underWay: [Digest: [Keys]] = [:]
    private var ready: [Keys] = []
    private var failures: [Digest: String] = [:]

    /// Whether a combination that was put aside can be gone on with.
    var hasReady: Bool { !ready.isEmpty }

    mutating func takeReady() -> Keys? { ready.popLast() }

    mutating func claim(_ invocation: Digest, for keys: Keys) -> Claim {
        if let message = failures[invocation] { return .failed(message) }
        if underWay[invocation] != nil {
            underWay[invocation]?.append(keys)
            return .putAside
        }
        underWay[invocation] = []
        return .make
    }

    /// The function failed: it is not asked again.
    mutating func fail(_ invocation: Digest, _ message: String) { failures[invocation] = message }

    /// The call was made, or has failed, or was given up.
    mutating func release(_ invocation: Digest) { ready += underWay.removeValue(forKey: invocation) ?? [] }
}
