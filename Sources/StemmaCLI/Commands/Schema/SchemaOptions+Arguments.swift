import Stemma

extension Option {
    static func schemaVersion(_ help: String) -> Option { .taking("V", "schema-version", help) }
}

extension Arguments {
    /// The value of an option as a schema version; throws a usage error when it is none.
    func schemaVersion(_ option: String = "schema-version") throws -> SchemaVersion? {
        guard let text = value(option) else { return nil }
        do {
            return try SchemaVersion(text)
        } catch let error as StemmaError {
            throw UsageError.make("--\(option): \(error.message)", hint: error.hint)
        }
    }

    /// The value of an option as a JSON pointer; throws a usage error when it is none.
    func pointer(_ option: String) throws -> JSONPointer? {
        guard let text = value(option) else { return nil }
        do {
            return try JSONPointer(text)
        } catch let error as StemmaError {
            throw UsageError.make("--\(option): \(error.message)", hint: error.hint)
        }
    }

    /// The schema version that has to be given.
    func requiredVersion() throws -> SchemaVersion {
        guard let version = try schemaVersion() else {
            throw UsageError.make(
                "it is not said which version the schema is of", hint: "--schema-version 0.1.0")
        }
        return version
    }
}

extension VariableSchema {
    /// The members of an object of the kind `schema`.
    func members(withDocument: Bool) -> JSONObject {
        var members: JSONObject = [
            "variable": .string(variable), "schema": .string(version.description),
            "current": .bool(isCurrent),
        ]
        if withDocument { members["document"] = document }
        return members
    }
}
