/// What names one record: variable, keys and version.
///
/// It has no text of its own, because it does not know in which order the store declares the keys:
/// `KeyDeclarations.text(of:)` does.
public struct Address: Hashable, Sendable {
    /// The name of the variable.
    public var variable: String
    /// Where in the data set the result belongs.
    public var keys: Keys
    /// Which variant of the computation it is.
    public var version: Version

    /// The address of these keys and this version.
    public init(variable: String, keys: Keys, version: Version = [:]) {
        self.variable = variable
        self.keys = keys
        self.version = version
    }
}

extension KeyDeclarations {
    /// Keys in their declared order, which is the order of the data set; what is not declared follows by name.
    public func inOrder(_ keys: Keys) -> [NamedValues.Entry] {
        let declared = list.compactMap { key in keys.entries.first { $0.name == key.name } }
        return declared + keys.entries.filter { self[$0.name] == nil }
    }

    /// An address as people write it, keys in their declared order: `Trend series=co2 decade=1960 window=5`.
    public func text(of address: Address) -> String {
        ([address.variable] + words(address.keys, address.version)).joined(separator: " ")
    }

    /// Keys in their declared order, then version entries, each as `NAME=VALUE` that a shell hands over as it is meant.
    package func words(_ keys: Keys, _ version: Version) -> [String] {
        let entries = inOrder(keys) + version.entries
        return entries.map { "\($0.name)=\(ShellText.quoted(typed($0.value, for: self[$0.name])))" }
    }

    /// The text that is read as this value again: a string that looks like another scalar keeps its quotes.
    private func typed(_ value: Scalar, for key: KeyDeclaration?) -> String {
        guard case .string(let text) = value else { return value.canonicalText }
        if key?.type == .string { return text }
        // Also what no double holds (1e999) must not be taken for a number.
        let looksLikeAnother =
            (try? JSONParser.parse(text)).flatMap { Scalar($0) } != nil || Double(text) != nil
        return looksLikeAnother ? value.canonicalText : text
    }
}
