import Stemma
import StemmaBlobs
import StemmaRecords

/// Reads records to import, a JSON object a line.
struct ImportReader {
    private var lines: LineReader
    /// How many bytes were read so far, and how many there are where that is known.
    var progress: (done: Int, total: Int?) { (lines.consumed, total) }
    private let total: Int?
    private let path: String
    private let directory: String
    private let text: AddressText
    /// Where each address stood first. Digests, so that millions of lines fit in memory.
    private var seen: [Digest: Int] = [:]

    /// - Parameter path: as errors name the file; files that lines name are relative to its directory.
    init(_ file: InputFile, path: String, settings: StoreSettings) {
        lines = LineReader(file, limit: settings.maxDocumentBytes)
        total = file.size
        text = AddressText(settings.keys)
        self.path = path
        directory = path.contains("/") ? FileSystem.parent(of: path) : "."
    }

    /// The next line that is not empty. Throws for one that is no record, or has the address of an earlier one.
    mutating func next(for variable: String) throws -> ImportLine? {
        while let bytes = try lines.next() {
            let number = lines.number
            guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            let line = try naming(line: number) {
                let json = try bytes.withUnsafeBytes { try JSONParser.parse($0, integers: .limited) }
                return try ImportLine(json, number: number, variable: variable, directory: directory)
            }
            let address = Digest.of(line.address.keys.canonical + line.address.version.canonical)
            if let first = seen.updateValue(number, forKey: address) {
                throw ImportError.duplicate(text.of(line.address), path, first, number)
            }
            return line
        }
        return nil
    }

    /// Runs `body`; what it throws names the file and the line.
    func naming<T>(line number: Int, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as StemmaError {
            throw ImportError.onLine(error, path, number)
        }
    }
}

/// One line of an import: a record to be saved.
struct ImportLine {
    private enum Payload {
        case value(JSONValue, PayloadFormat?)
        case file(String, PayloadFormat)
    }

    let number: Int
    let address: Address
    private let payload: Payload

    init(_ json: JSONValue, number: Int, variable: String, directory: String) throws {
        guard case .object(let object) = json else { throw ImportError.notALine("it is not a JSON object") }
        let known = ["keys", "version", "value", "file", "format"]
        if let unknown = object.names.first(where: { !known.contains($0) }) {
            throw ImportError.notALine("unknown member '\(Shell.visible(unknown))'")
        }
        self.number = number
        address = Address(
            variable: variable, keys: try object["keys"].map { try Keys(json: $0, what: "keys") } ?? [:],
            version: try object["version"].map { try Version(json: $0, what: "version") } ?? [:])
        var format: PayloadFormat?
        if let given = object["format"] {
            guard case .string(let name) = given else {
                throw ImportError.notALine("'format' is not a string")
            }
            guard FormatName.known.contains(name) else { throw ImportError.unknownFormat(name) }
            format = PayloadFormat(rawValue: name)
        }
        switch (object["value"], object["file"]) {
        case (let value?, nil):
            guard format == nil || format == .json else {
                throw ImportError.notALine("a 'value' is json; another 'format' needs a 'file'")
            }
            payload = .value(value, format)
        case (nil, .string(let name)?):
            payload = .file(
                name.hasPrefix("/") ? name : "\(directory)/\(name)",
                format ?? PayloadFormat(fileName: name) ?? .bytes)
        case (nil, nil): throw ImportError.notALine("it has neither 'value' nor 'file'")
        case (nil, _): throw ImportError.notALine("'file' is not a string")
        default: throw ImportError.notALine("it has both 'value' and 'file'")
        }
    }

    func save(in transaction: Transaction) throws -> SaveResult {
        switch payload {
        case .value(let value, _): try transaction.save(value: value, at: address)
        case .file(let path, let format): try transaction.save(file: path, format: format, at: address)
        }
    }
}

extension StemmaError.Code {
    /// A line of an import is not a record.
    static let invalidLine = Self("invalid-line")
    /// Two lines of an import have one address.
    static let duplicateLine = Self("duplicate-line")
}

/// Errors of imports, made in one place.
enum ImportError {
    static func notALine(_ what: String) -> StemmaError {
        StemmaError(
            .invalidLine, what, hint: #"a line is {"keys":{},"version":{},"value":...} or has "file""#)
    }

    static func unknownFormat(_ name: String) -> StemmaError {
        StemmaError(
            .invalidLine, "'\(Shell.visible(name))' is no format",
            hint: "one of: \(FormatName.known.joined(separator: ", "))")
    }

    static func duplicate(_ address: String, _ path: String, _ first: Int, _ second: Int) -> StemmaError {
        StemmaError(
            .duplicateLine, "\(path): lines \(first) and \(second) both are \(address)",
            hint: "nothing was imported; delete one of them",
            fields: [
                "path": path, "line": String(second), "firstLine": String(first),
                "address": address,
            ])
    }

    /// The same error, with where it is.
    static func onLine(_ error: StemmaError, _ path: String, _ number: Int) -> StemmaError {
        StemmaError(
            error.code, "\(path):\(number): \(error.message)",
            hint: error.hint.map { "nothing was imported; \($0)" } ?? "nothing was imported",
            fields: error.fields.merging(["path": path, "line": String(number)]) { $1 })
    }
}
