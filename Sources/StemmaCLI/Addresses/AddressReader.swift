import Stemma
import StemmaRecords

/// Reads `VARIABLE NAME=VALUE ...`: a NAME that is one of the store's keys is a key, any other a version entry.
struct AddressReader {
    let keys: KeyDeclarations

    /// The address of one record. A whole version is given by `--version JSON` in place of entries.
    func address(_ words: some Collection<String>, _ arguments: Arguments) throws -> NamedAddress {
        guard let variable = words.first else { throw UsageError.make("VARIABLE is missing") }
        guard !variable.contains("=") else { throw UsageError.variableFirst(variable) }
        let values = try values(words.dropFirst(), arguments)
        return NamedAddress(
            address: Address(variable: variable, keys: values.keys, version: values.version),
            isWholeVersion: values.isWholeVersion)
    }

    /// What a filter names: everything that has these values. The variable may be left out.
    func filter(_ words: some Collection<String>, _ arguments: Arguments) throws -> RecordFilter {
        let variable = words.first.flatMap { $0.contains("=") ? nil : $0 }
        let values = try values(variable == nil ? words.dropFirst(0) : words.dropFirst(), arguments)
        return RecordFilter(
            variable: variable, values: Filter(keys: values.keys, version: values.version),
            wholeVersion: values.isWholeVersion ? values.version : nil)
    }

    /// A filter of one variable, which has to be named.
    func filter(
        ofVariable words: some Collection<String>, _ arguments: Arguments
    ) throws -> (variable: String, filter: RecordFilter) {
        let filter = try filter(words, arguments)
        guard let variable = filter.variable else {
            throw words.first.map(UsageError.variableFirst) ?? UsageError.make("VARIABLE is missing")
        }
        return (variable, filter)
    }

    private func values(
        _ words: some Sequence<String>, _ arguments: Arguments
    ) throws -> (keys: Keys, version: Version, isWholeVersion: Bool) {
        var (here, version) = (Keys(), Version())
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw UsageError.notAnEntry(word)
            }
            let name = String(word[..<equals])
            let value = try ScalarReader.read(String(word[word.index(after: equals)...]), for: keys[name])
            guard here[name] == nil, version[name] == nil else { throw UsageError.entryTwice(name) }
            if keys[name] != nil { here[name] = value } else { version[name] = value }
        }
        if let text = arguments.value("version") {
            if let entry = version.entries.first { throw UsageError.versionTwice(entry.name) }
            version = try wholeVersion(text)
        }
        try keys.check(here)
        try keys.check(version: version)
        return (here, version, arguments.has("version"))
    }

    private func wholeVersion(_ text: String) throws -> Version {
        do {
            return try Version(json: JSONParser.parse(text), what: "version")
        } catch let error as StemmaError where error.code == .malformedJSON || error.code == .invalidRecord {
            throw UsageError.notAVersion(text, error)
        }
    }
}

extension Option {
    static let wholeVersion = Option.taking(
        "JSON", "version", "the whole version as a JSON object; '{}' for none")
    static let at = Option.taking(
        "REV", "at", completes: .revisions, "read the store as it is at a commit, not the work tree")
}

extension UsageError {
    static func variableFirst(_ word: String) -> StemmaError {
        make(
            "'\(Shell.visible(word))' stands where the variable is to be named",
            hint: "VARIABLE NAME=VALUE ...")
    }

    static func notAnEntry(_ word: String) -> StemmaError {
        make("'\(Shell.visible(word))' is not NAME=VALUE", hint: "an address is: VARIABLE NAME=VALUE ...")
    }

    static func entryTwice(_ name: String) -> StemmaError { make("'\(name)' is given twice") }

    static func versionTwice(_ name: String) -> StemmaError {
        make(
            "--version states the whole version, but '\(name)' is given too",
            hint: "put it into the JSON object")
    }

    static func notAVersion(_ text: String, _ cause: StemmaError) -> StemmaError {
        make(
            "--version takes a JSON object of scalars, not '\(Shell.visible(text))': \(cause.message)",
            hint: #"for example --version '{"low":20}'"#)
    }
}
