extension NamedValues: Codable {
    /// As a JSON object of scalars.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }

    /// From a JSON object of scalars.
    public init(from decoder: any Decoder) throws {
        try self.init(json: JSONValue(from: decoder), what: "keys")
    }
}
