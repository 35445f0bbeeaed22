import StemmaBlobs

/// Why a call was not answered from the store.
public enum MissReason: Hashable, Sendable, CustomStringConvertible {
    /// No such call is recorded: the function, an input or a constant is new.
    case newCall
    /// The call is recorded, and was forgotten on purpose.
    case forgotten
    /// The call is recorded, and the payload of an output is nowhere in this clone.
    case outputMissing(Digest)
    /// The call is recorded, and its lineage record is nowhere in this clone.
    case lineageMissing(Digest)
    /// The call is recorded, and what is stored of it is damaged.
    case damaged(String)
    /// The file that the call made is not there.
    case fileMissing(String)
    /// The file that the call made is not what it was.
    case fileChanged(String)

    /// Whether the store had the result, and has lost it.
    var isLoss: Bool {
        switch self {
        case .outputMissing, .lineageMissing, .damaged: true
        case .newCall, .forgotten, .fileMissing, .fileChanged: false
        }
    }

    /// The reason in a few words.
    public var description: String {
        switch self {
        case .newCall: "no such call was made before"
        case .forgotten: "the call was forgotten"
        case .outputMissing(let digest): "its result \(digest.short) is nowhere in this clone"
        case .lineageMissing(let digest): "its lineage record \(digest.short) is nowhere in this clone"
        case .damaged(let what): "what is stored of it is damaged: \(what)"
        case .fileMissing(let path): "the file \(path) is not there"
        case .fileChanged(let path): "the file \(path) is not what the call made"
        }
    }
}
