import Stemma
import StemmaRecords

/// Writes addresses as the command line takes them: pasted into a shell, they name the same record.
struct AddressText {
    private let keys: KeyDeclarations

    init(_ keys: KeyDeclarations) { self.keys = keys }

    func of(_ record: Record) -> String { of(record.address) }

    func of(_ address: Address) -> String {
        ([address.variable] + words(address.keys, address.version)).joined(separator: " ")
    }

    /// Without the variable, for lists below a heading that names it.
    func place(of record: Record) -> String {
        let words = words(record.keys, record.version)
        return words.isEmpty ? "(no keys, no version)" : words.joined(separator: " ")
    }

    /// Keys alone.
    func words(of keys: Keys) -> String { words(keys, [:]).joined(separator: " ") }

    func version(_ version: Version) -> String {
        version.isEmpty ? "--version '{}'" : words([:], version).joined(separator: " ")
    }

    private func words(_ keys: Keys, _ version: Version) -> [String] {
        self.keys.inOrder(keys).map { word($0.name, $0.value, self.keys[$0.name]) }
            + version.entries.map { word($0.name, $0.value, nil) }
    }

    private func word(_ name: String, _ value: Scalar, _ key: KeyDeclaration?) -> String {
        "\(name)=\(Shell.quoted(typed(value, key)))"
    }

    /// The text that `ScalarReader` reads as this value.
    private func typed(_ value: Scalar, _ key: KeyDeclaration?) -> String {
        guard case .string(let text) = value else { return value.canonicalText }
        if key?.type == .string { return text }
        // A string that looks like another scalar keeps its quotes.
        return (try? ScalarReader.read(text)) == .string(text) ? text : value.canonicalText
    }
}
