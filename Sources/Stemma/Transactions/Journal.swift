import StemmaBlobs
import StemmaCatalog
import StemmaHistory
import StemmaRecords

/// One change of a transaction, as the journal and `local/pending` have it.
struct JournalEntry {
    /// The record after the change; `nil` when it was removed.
    let after: Record?
    /// The record before it; `nil` when there was none.
    let before: Record?

    var address: Address? {
        (after ?? before)?.address
    }
}

/// Writes `local/journal`: what a transaction did, acknowledged but not yet in the pages.
///
/// JSON Lines: `{"head":...}`, then one line for each change of a record, as they come, then one for each file
/// and one for each page. The file gets its name when it is whole and flushed; from then on the transaction
/// has happened.
final class JournalWriter {
    private let file: OpenFile
    private let paths: StorePaths
    private var buffer: [UInt8] = []
    private var isFinished = false

    init(paths: StorePaths, head: ObjectID?) throws {
        self.paths = paths
        file = try FileSystem.createTemporary(in: paths.temporary, permissions: 0o600)
        let head = head.map { JSONValue.string($0.hex) } ?? .null
        JSONValue.object(JSONObject([("format", .number(Double(Journal.format))), ("head", head)]))
            .appendPrinted(to: &buffer)
        buffer.append(0x0A)
    }

    deinit {
        if !isFinished { _ = try? FileSystem.remove(file.path) }
    }

    /// A file that is to be written or taken away. It is small, and stands in the journal.
    func add(file change: FileChange) throws {
        let before = change.before.map { JSONValue.string($0.hex) } ?? .null
        let after = change.after.map { JSONValue.string(String(decoding: $0, as: UTF8.self)) } ?? .null
        JSONValue.object(
            JSONObject([("after", after), ("before", before), ("file", .string(change.path))])
        ).appendPrinted(to: &buffer)
        buffer.append(0x0A)
        try flush(at: 1 << 20)
    }

    func add(_ variable: String, before: [UInt8]?, after: [UInt8]?) throws {
        buffer.append(UInt8(ascii: "{"))
        if let after {
            buffer.append(contentsOf: #""after":"#.utf8)
            buffer.append(contentsOf: after)
            buffer.append(UInt8(ascii: ","))
        }
        if let before {
            buffer.append(contentsOf: #""before":"#.utf8)
            buffer.append(contentsOf: before)
            buffer.append(UInt8(ascii: ","))
        }
        buffer.append(contentsOf: #""variable":""#.utf8)
        buffer.append(contentsOf: variable.utf8)
        buffer.append(contentsOf: "\"}\n".utf8)
        try flush(at: 1 << 20)
    }

    /// A page that is to be put in place, or removed. Its new bytes stand in a temporary file.
    func add(page change: PageChange) throws {
        func hex(_ id: [UInt8]?) -> JSONValue {
            id.flatMap { ObjectID(bytes: $0) }.map { .string($0.hex) } ?? .null
        }
        let temporary = change.temporary.map { JSONValue.string(String(FileSystem.name(of: $0))) } ?? .null
        JSONValue.object(
            JSONObject([
                ("after", hex(change.after)), ("before", hex(change.before)), ("page", .string(change.path)),
                ("temporary", temporary),
            ])
        ).appendPrinted(to: &buffer)
        buffer.append(0x0A)
        try flush(at: 1 << 20)
    }

    /// Hands what was added to the operating system.
    func write() throws { try flush(at: 1) }

    /// Puts the journal in place: the transaction is acknowledged.
    ///
    /// - Parameter isFlushed: whether what `write` has written was flushed already.
    func finish(synchronize: Bool, isFlushed: Bool) throws {
        try write()
        if synchronize, !isFlushed { try file.synchronize() }
        try file.close()
        try FileSystem.rename(file.path, to: paths.journal)
        isFinished = true
        guard synchronize else { return }
        do {
            try FileSystem.synchronizeDirectory(paths.local)
        } catch {
            try FileSystem.remove(paths.journal)
            throw error
        }
    }

    private func flush(at size: Int) throws {
        guard buffer.count >= size else { return }
        try file.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// Reads `local/journal`.
struct Journal {
    let head: ObjectID?
    let files: [FileChange]
    let entries: [JournalEntry]
    let pages: [PageChange]

    /// The format that this release writes. It reads 1, too, in which settings of new variables have lines of their own, and
    /// 2, in which all files are those of variables.
    static let format = 3
    /// A journal is as large as the transaction was; only recovery reads it.
    private static let largest = 4 << 30

    /// Throws `.corrupt` for a file that no transaction can have written.
    init(paths: StorePaths) throws {
        do {
            try self.init(reading: paths)
        } catch let error as StemmaError
            where [.malformedJSON, .invalidRecord, .invalidName, .integerTooLarge].contains(error.code)
        {
            throw StemmaError.damagedJournal(paths.journal, error)
        }
    }

    private init(reading paths: StorePaths) throws {
        let bytes = try FileSystem.readAll(paths.journal, limit: Self.largest, followLinks: false)
        var head: ObjectID?
        var files: [FileChange] = []
        var entries: [JournalEntry] = []
        var pages: [PageChange] = []
        try bytes.withUnsafeBytes { bytes in
            var lines = PageLines(bytes)
            while let range = lines.next() {
                let line = try JSONParser.parse(UnsafeRawBufferPointer(rebasing: bytes[range]))
                if case .string(let hex)? = line["head"] { head = ObjectID(hex: hex) }
                if let format = line["format"], ![1, 2, .number(Double(Self.format))].contains(format) {
                    throw StemmaError.newerJournal(paths.journal)
                }
                if case .string(let path)? = line["page"] {
                    try Self.check(page: path, temporary: line["temporary"]?.asString)
                    func id(_ name: String) -> [UInt8]? {
                        line[name]?.asString.flatMap { ObjectID(hex: $0) }?.bytes
                    }
                    let temporary = line["temporary"]?.asString.map { "\(paths.temporary)/\($0)" }
                    pages.append(
                        PageChange(path: path, temporary: temporary, before: id("before"), after: id("after"))
                    )
                    continue
                }
                if case .string(let path)? = line["file"] {
                    files.append(try Self.file(path, line))
                    continue
                }
                guard case .string(let variable)? = line["variable"] else { continue }
                try Name.check(variable, of: "variable")
                if case .string(let settings)? = line["settings"] {
                    files.append(
                        FileChange(
                            path: VariableFile(variable, .settings).path, before: nil,
                            after: Array(settings.utf8))
                    )
                } else {
                    func record(_ name: String) throws -> Record? {
                        try line[name].map { value in
                            try value.printed.withUnsafeBytes { try Record(line: $0, variable: variable) }
                        }
                    }
                    entries.append(JournalEntry(after: try record("after"), before: try record("before")))
                }
            }
        }
        self.head = head
        self.files = files
        self.entries = entries
        self.pages = pages
    }

    private static func file(_ path: String, _ line: JSONValue) throws -> FileChange {
        guard VariableFile(path: path) != nil || FileChange.storeFiles.contains(path) else {
            throw StemmaError.invalidRecord(
                "'\(StemmaError.printable(path))' is not the path of a file of a variable, or of lines")
        }
        return FileChange(
            path: path, before: line["before"]?.asString.flatMap { Digest(hex: $0) },
            after: line["after"]?.asString.map { Array($0.utf8) })
    }

    /// A journal may have come with a clone: it cannot name anything outside the store.
    private static func check(page path: String, temporary: String?) throws {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, Name.isValid(String(parts[0])),
            PagePrefix(fileName: String(parts[parts.count - 1])) != nil,
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else { throw StemmaError.invalidRecord("'\(StemmaError.printable(path))' is not the path of a page") }
        if let temporary {
            guard temporary.hasPrefix(FileSystem.temporaryPrefix), !temporary.contains("/") else {
                throw StemmaError.invalidRecord(
                    "'\(StemmaError.printable(temporary))' is not a temporary file")
            }
        }
    }
}

extension StemmaError {
    static func newerJournal(_ path: String) -> StemmaError {
        StemmaError(
            .newerFormat, "\(path) was left by a later release, in the middle of a transaction",
            hint: "let that release finish it", fields: ["path": path])
    }

    static func damagedJournal(_ path: String, _ cause: StemmaError) -> StemmaError {
        StemmaError(
            .corrupt, "\(path) is damaged: \(cause.message)",
            hint: "it is set aside in local/pending",
            fields: ["path": path])
    }
}
