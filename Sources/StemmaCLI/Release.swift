import Stemma

/// What this program is.
enum Release {
    static let version = "0.1.0"

    static func show(_ output: Output) throws {
        try output.summary(
            ["version": .string(version), "format": .count(StoreSettings.format)],
            "stemma \(version) (store format \(StoreSettings.format))")
    }
}
