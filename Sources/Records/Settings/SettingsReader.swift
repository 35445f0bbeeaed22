import StemmaBlobs

/// Takes the members of a settings file one by one; what is left at the end is an error, never ignored.
struct SettingsReader {
    private let object: JSONObject
    private let path: String
    private var taken: Set<String> = []

    init(_ bytes: [UInt8], path: String) throws {
        self.path = path
        do {
            guard case .object(let object) = try bytes.withUnsafeBytes({ try JSONParser.parse($0) }) else {
                throw StemmaError.invalidSettings(path, "not a JSON object")
            }
            self.object = object
        } catch let error as StemmaError where error.code == .malformedJSON {
            throw StemmaError.invalidSettings(path, error.message)
        }
    }

    mutating func integer(_ name: String) throws -> Int? {
        guard let value = take(name) else { return nil }
        guard case .number(let number) = value, let integer = Int(exactly: number), integer >= 0 else {
            throw problem("'\(name)' is not a count")
        }
        return integer
    }

    mutating func string(_ name: String) throws -> String? {
        guard let value = take(name) else { return nil }
        guard case .string(let string) = value else { throw problem("'\(name)' is not a string") }
        return string
    }

    /// A string that stands for something; `what` says what it must be.
    mutating func read<Value>(_ name: String, _ what: String, _ make: (String) -> Value?) throws -> Value? {
        guard let text = try string(name) else { return nil }
        guard let value = make(text) else { throw problem("'\(name)' is not \(what)") }
        return value
    }

    /// `true` or `false`; absent is `false`.
    mutating func flag(_ name: String) throws -> Bool {
        guard let value = take(name) else { return false }
        guard case .bool(let flag) = value else { throw problem("'\(name)' is neither true nor false") }
        return flag
    }

    mutating func array(_ name: String) throws -> [JSONValue]? {
        guard let value = take(name) else { return nil }
        guard case .array(let array) = value else { throw problem("'\(name)' is not a list") }
        return array
    }

    func checkNothingLeft() throws {
        let unknown = object.lazy.map { $0.0 }.filter { !taken.contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw problem("unknown setting \(StemmaError.printable(unknown.joined(separator: ", ")))")
        }
    }

    func problem(_ what: String) -> StemmaError { .invalidSettings(path, what) }

    private mutating func take(_ name: String) -> JSONValue? {
        taken.insert(name)
        return object[name]
    }
}
