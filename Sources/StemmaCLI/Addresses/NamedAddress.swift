import Stemma

/// An address as it was typed.
struct NamedAddress {
    var address: Address
    /// Whether `--version` stated the version: then no other variant is meant.
    var isWholeVersion: Bool

    /// The one record that is meant. Throws `.notFound` with the nearest, `.ambiguous` with those that match.
    func record(in view: any ReadView) throws -> Record {
        guard isWholeVersion else { return try view.record(at: address) }
        if let record = try view.record(exactly: address) { return record }
        let variants = try view.variants(of: address.variable, keys: address.keys)
        // Without variants the view knows the nearest records at other keys.
        if variants.isEmpty { return try view.record(at: address) }
        throw AddressError.noSuchVersion(address, variants, AddressText(view.store.settings.keys))
    }
}

/// Errors of addresses, made in one place.
enum AddressError {
    static func noSuchVersion(_ address: Address, _ variants: [Record], _ text: AddressText) -> StemmaError {
        let shown = variants.prefix(8).map { text.version($0.version) }
        let rest = variants.count > shown.count ? "; and \(variants.count - shown.count) more" : ""
        return StemmaError(
            .notFound, "there is no \(text.of(address)) with exactly the version \(address.version.json)",
            hint: "the variants there: \(shown.joined(separator: "; "))\(rest)",
            fields: ["address": text.of(address)])
    }
}
