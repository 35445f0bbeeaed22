import Stemma
import StemmaRecords

/// Writes addresses as the command line takes them: pasted into a shell, they name the same record.
struct AddressText {
    private let keys: KeyDeclarations

    init(_ keys: KeyDeclarations) { self.keys = keys }

    func of(_ record: Record) -> String { of(record.address) }

    func of(_ address: Address) -> String { keys.text(of: address) }

    /// Without the variable, for lists below a heading that names it.
    func place(of record: Record) -> String {
        let words = keys.words(record.keys, record.version)
        return words.isEmpty ? "(no keys, no version)" : words.joined(separator: " ")
    }

    /// Keys alone.
    func words(of keys: Keys) -> String { self.keys.words(keys, [:]).joined(separator: " ") }

    func version(_ version: Version) -> String {
        version.isEmpty ? "--version '{}'" : keys.words([:], version).joined(separator: " ")
    }
}
