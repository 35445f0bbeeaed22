/// The encoding of a payload. An open set: later releases may add formats.
public struct PayloadFormat: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word that stands in records and settings.
    public let rawValue: String

    /// A format of that word, known to this release or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Canonical JSON and one line end.
    public static let json = Self(rawValue: "json")
    /// An array, as numpy stores it.
    public static let npy = Self(rawValue: "npy")
    /// A table of text, as it was handed in.
    public static let csv = Self(rawValue: "csv")
    /// Any bytes, as they were handed in.
    public static let bytes = Self(rawValue: "bytes")

    /// The format that the ending of a file's name states; `nil` if it states none.
    public init?(fileName: String) {
        let name = fileName.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        switch name[dot...].lowercased() {
        case ".json": self = .json
        case ".npy": self = .npy
        case ".csv": self = .csv
        default: return nil
        }
    }

    /// The word that stands in records and settings.
    public var description: String { rawValue }

    /// What checks the bytes of a file in this format while they stream by; `nil` where any bytes will do, and for
    /// JSON, which is read as a whole (`canonicalJSONDocument`).
    package var validator: (any PayloadValidator)? {
        switch self {
        case .npy: NPYValidator()
        case .csv: CSVValidator()
        default: nil
        }
    }
}
