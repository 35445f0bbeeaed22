import StemmaBlobs

/// What `variables/NAME/variable.json` says of one variable.
package struct VariableSettings: Hashable, Sendable {
    package static let fileName = "variable.json"

    /// The format that payloads have when nothing else is said; a record's line is the truth.
    package var format: PayloadFormat
    /// The keys whose values make the folders of its pages; fixed when the variable is made.
    package var partition: Partition

    package init(format: PayloadFormat, partition: Partition) {
        self.format = format
        self.partition = partition
    }

    package var fileContent: [UInt8] {
        JSONValue.object(
            JSONObject([
                ("format", .string(format.rawValue)),
                ("partition", .array(partition.names.map(JSONValue.string))),
            ])
        ).printedPretty
    }

    /// Reads the file's content; `keys` are the store's.
    ///
    /// Throws `.invalidSettings` and `.malformedJSON`.
    package init(fileContent bytes: [UInt8], path: String, keys: KeyDeclarations) throws {
        var reader = try SettingsReader(bytes, path: path)
        guard let format = try reader.string("format") else { throw reader.problem("'format' is missing") }
        let names = try (reader.array("partition") ?? []).map { item in
            guard case .string(let name) = item, keys[name] != nil else {
                throw reader.problem("'partition' is not a list of names of keys")
            }
            return name
        }
        self.init(format: PayloadFormat(rawValue: format), partition: Partition(names))
        try reader.checkNothingLeft()
    }
}
