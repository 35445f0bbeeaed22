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
        let entries = inOrder(address.keys) + address.version.entries
        return ([address.variable] + entries.map { "\($0.name)=\($0.value.text)" }).joined(separator: " ")
    }
}
