import StemmaBlobs

extension StemmaError.Code {
    /// A variable, key or version entry has a name that the format does not allow.
    public static let invalidName = Self("invalid-name")
    /// A name is declared twice, or two names differ only in case.
    public static let namesCollide = Self("names-collide")
    /// An address names a key that the store does not declare.
    public static let unknownKey = Self("unknown-key")
    /// A key is declared with a type that there is none of.
    public static let unknownKeyType = Self("unknown-key-type")
    /// A key's value does not fit its declared type.
    public static let keyTypeMismatch = Self("key-type-mismatch")
    /// A name is both a key of the store and a version entry.
    public static let keyInVersion = Self("key-in-version")
    /// A line of a page, or what stands for a record elsewhere, is not a record.
    public static let invalidRecord = Self("invalid-record")
    /// A page holds what is not a record; `fields` has `path` and `line`.
    public static let invalidPage = Self("invalid-page")
    /// `stemma.json` or `variable.json` is not what it should be.
    public static let invalidSettings = Self("invalid-settings")
    /// The store was made by a later release.
    public static let newerFormat = Self("newer-format")
}

extension StemmaError {
    package static func invalidName(_ name: String, of what: String) -> StemmaError {
        StemmaError(
            .invalidName, "'\(printable(name))' is not a valid name of a \(what)",
            hint:
                "a letter or _, then letters, digits, _, - or . (ASCII), at most \(Name.maximumLength) bytes",
            fields: ["name": printable(name)])
    }

    package static func namesCollide(_ name: String, _ other: String, of what: String) -> StemmaError {
        StemmaError(
            .namesCollide,
            name == other
                ? "the \(what) '\(name)' is declared twice"
                : "the \(what) '\(name)' differs only in case from '\(other)'",
            hint: name == other ? nil : "some file systems cannot hold both; use '\(other)' or another name",
            fields: ["name": name, "other": other])
    }

    package static func unknownKey(_ name: String, declared: [String]) -> StemmaError {
        StemmaError(
            .unknownKey, "'\(printable(name))' is not a key of this store",
            hint: "its keys are: \(declared.isEmpty ? "(none)" : declared.joined(separator: ", "))",
            fields: ["name": printable(name)])
    }

    package static func unknownKeyType(_ type: String, key: String) -> StemmaError {
        StemmaError(
            .unknownKeyType, "'\(printable(type))' is not a type that the key '\(key)' can have",
            hint: "one of: \(KeyType.allCases.map(\.rawValue).joined(separator: ", "))",
            fields: ["type": printable(type), "name": key])
    }

    package static func keyTypeMismatch(_ key: KeyDeclaration, value: Scalar) -> StemmaError {
        StemmaError(
            .keyTypeMismatch,
            "\(value.canonicalText) does not fit the key '\(key.name)', which is declared \(key.type.rawValue)",
            fields: ["name": key.name, "value": value.canonicalText, "type": key.type.rawValue])
    }

    package static func noExactForm(_ name: String) -> StemmaError {
        StemmaError(
            .keyTypeMismatch, "the value of '\(name)' has no exact form in JSON",
            hint: "not NaN, infinity or an integer beyond 2^53", fields: ["name": name])
    }

    package static func keyInVersion(_ name: String) -> StemmaError {
        StemmaError(
            .keyInVersion, "'\(name)' is a key of this store and cannot be a version entry too",
            hint: "give it among the keys", fields: ["name": name])
    }

    package static func invalidRecord(_ what: String) -> StemmaError {
        StemmaError(.invalidRecord, what)
    }

    package static func invalidPage(_ path: String, line: Int, _ cause: StemmaError) -> StemmaError {
        StemmaError(
            .invalidPage, "\(path):\(line): \(cause.message)",
            hint:
                "mend the line by hand, or take the page back with git checkout; the path is relative to the store",
            fields: cause.fields.merging(["path": path, "line": String(line)]) { $1 })
    }

    package static func invalidSettings(_ path: String, _ what: String) -> StemmaError {
        StemmaError(.invalidSettings, "\(path): \(what)", fields: ["path": path])
    }

    package static func newerFormat(_ path: String, found: String) -> StemmaError {
        StemmaError(
            .newerFormat,
            "\(path): the store has format \(found); this release reads format \(StoreSettings.format)",
            hint: "use a later release of stemma", fields: ["path": path, "found": found])
    }

    /// `text` with what a terminal would act on made visible, and cut when long.
    package static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(80) {
            if scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return text.unicodeScalars.count > 80 ? result + "..." : result
    }
}
