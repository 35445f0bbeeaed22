import StemmaBlobs

/// The line of a page that a record is (Docs/Format.md, "Pages"): canonical JSON, without the newline.
extension Record {
    /// A JSON scalar of at most this many bytes stands in the line instead of in a blob.
    package static let inlineLimit = 64
    /// A line may carry any JSON payload up to this size; longer ones are refused when read.
    package static let inlineReadLimit = 64 << 10

    /// Appends the line, members in canonical order.
    package func appendLine(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"content":""#.utf8)
        content.appendHex(to: &bytes)
        bytes.append(contentsOf: #"","format":"#.utf8)
        JSONValue.string(format.rawValue).appendPrinted(to: &bytes)
        bytes.append(contentsOf: #","keys":"#.utf8)
        keys.appendCanonical(to: &bytes)
        if let lineage {
            bytes.append(contentsOf: #","lineage":""#.utf8)
            lineage.appendHex(to: &bytes)
            bytes.append(0x22)
        }
        if !migratedFrom.isEmpty {
            bytes.append(contentsOf: #","migratedFrom":"#.utf8)
            JSONValue.array(migratedFrom.map(JSONValue.string)).appendPrinted(to: &bytes)
        }
        if let output { bytes.append(contentsOf: #","output":\#(output)"#.utf8) }
        if let schema {
            bytes.append(contentsOf: #","schema":"#.utf8)
            JSONValue.string(schema).appendPrinted(to: &bytes)
        }
        bytes.append(contentsOf: #","size":\#(size)"#.utf8)
        if !standsFor.isEmpty {
            bytes.append(contentsOf: #","standsFor":"#.utf8)
            JSONValue.array(standsFor.map { .string($0.hex) }).appendPrinted(to: &bytes)
        }
        if let value {
            bytes.append(contentsOf: #","value":"#.utf8)
            value.appendPrinted(to: &bytes)
        }
        bytes.append(contentsOf: #","version":"#.utf8)
        version.appendCanonical(to: &bytes)
        bytes.append(0x7D)
    }

    package var line: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(320)
        appendLine(to: &bytes)
        return bytes
    }

    /// Parses one line of a page.
    ///
    /// Throws `.malformedJSON` and `.invalidRecord`: a member that is missing, unknown or of another type.
    package init(line: UnsafeRawBufferPointer, variable: String) throws {
        guard case .object(let object) = try JSONParser.parse(line) else {
            throw StemmaError.invalidRecord("the line is not a JSON object")
        }
        var members = Members(object)
        self.init(
            variable: variable,
            keys: try Keys(json: members.required("keys"), what: "keys"),
            version: try Version(json: members.required("version"), what: "version"),
            content: try members.digest("content"),
            format: PayloadFormat(rawValue: try members.string("format")),
            size: try members.count("size"))
        if members.has("lineage") { lineage = try members.digest("lineage") }
        if members.has("output") { output = try members.count("output") }
        if members.has("schema") { schema = try members.string("schema") }
        if members.has("standsFor") {
            standsFor = try members.strings("standsFor").map {
                guard let digest = Digest(hex: $0) else {
                    throw StemmaError.invalidRecord("'standsFor' is not a list of digests")
                }
                return digest
            }
        }
        if members.has("migratedFrom") { migratedFrom = try members.strings("migratedFrom") }
        if members.has("value") {
            let inline = try members.required("value")
            guard inline.printed.count <= Self.inlineReadLimit else {
                throw StemmaError.invalidRecord("'value' is longer than \(Self.inlineReadLimit) bytes")
            }
            value = inline
        }
        try members.checkNothingLeft()
    }

    /// The record as JSON, as `--json` prints it: the members of its line and `variable`.
    public var json: JSONValue {
        var bytes: [UInt8] = []
        appendLine(to: &bytes)
        guard case .object(var object)? = try? bytes.withUnsafeBytes({ try JSONParser.parse($0) }) else {
            return .null
        }
        object["variable"] = .string(variable)
        return .object(object)
    }

    /// The value that stands in the line instead of a blob, if these bytes of a JSON payload are short and a scalar.
    package static func inlineValue(_ payload: [UInt8]) -> JSONValue? {
        guard payload.count <= inlineLimit + 1, let value = try? JSONParser.parse(payload),
            Scalar(value) != nil
        else {
            return nil
        }
        return value
    }

    /// The payload's bytes when they stand in the line: canonical JSON and the newline that every JSON blob ends in.
    package var inlinePayload: [UInt8]? {
        value.map { $0.printed + [0x0A] }
    }

    /// Throws `.invalidRecord` when the value in the line is not what `content` and `size` say of it: somebody has edited
    /// the one and not the others.
    package func checkValue() throws {
        guard let payload = inlinePayload else { return }
        guard payload.count == size, Digest.of(payload) == content else {
            throw StemmaError.invalidRecord(
                "'value' is not what 'content' and 'size' say: its digest is \(Digest.of(payload).short)..., its size \(payload.count)"
            )
        }
    }
}

/// Takes the members of a record's object one by one.
private struct Members {
    private let object: JSONObject
    private var taken = 0

    init(_ object: JSONObject) { self.object = object }

    func has(_ name: String) -> Bool { object[name] != nil }

    mutating func required(_ name: String) throws -> JSONValue {
        guard let value = object[name] else { throw StemmaError.invalidRecord("'\(name)' is missing") }
        taken += 1
        return value
    }

    mutating func string(_ name: String) throws -> String {
        guard case .string(let text) = try required(name) else {
            throw StemmaError.invalidRecord("'\(name)' is not a string")
        }
        return text
    }

    mutating func digest(_ name: String) throws -> Digest {
        guard let digest = Digest(hex: try string(name)) else {
            throw StemmaError.invalidRecord("'\(name)' is not a SHA-256 digest in lower-case hex")
        }
        return digest
    }

    mutating func count(_ name: String) throws -> Int {
        guard case .number(let number) = try required(name), let count = Int(exactly: number), count >= 0
        else {
            throw StemmaError.invalidRecord("'\(name)' is not a count")
        }
        return count
    }

    mutating func strings(_ name: String) throws -> [String] {
        guard case .array(let elements) = try required(name) else {
            throw StemmaError.invalidRecord("'\(name)' is not a list")
        }
        return try elements.map {
            guard case .string(let text) = $0 else {
                throw StemmaError.invalidRecord("'\(name)' is not a list of strings")
            }
            return text
        }
    }

    func checkNothingLeft() throws {
        guard taken == object.count else {
            let known: Set = [
                "content", "format", "keys", "lineage", "migratedFrom", "output", "schema", "size",
                "standsFor",
                "value", "version",
            ]
            let unknown = object.lazy.map(\.0).filter { !known.contains($0) }.joined(separator: ", ")
            throw StemmaError.invalidRecord("unknown member \(StemmaError.printable(unknown))")
        }
    }
}
