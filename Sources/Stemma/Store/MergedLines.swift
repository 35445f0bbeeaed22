import StemmaBlobs
import StemmaRecords

/// One line of a file that git merges as a set.
protocol MergedLine: Hashable, Sendable {
    /// The name of the file, in the store's directory.
    static var fileName: String { get }
    /// What a line looks like, for whoever has broken one.
    static var grammar: String { get }

    /// `nil` for an object that is none of ours.
    init?(_ object: JSONObject)
    /// What stands on the line.
    var json: JSONObject { get }
}

/// A file of JSON objects, one a line, sorted: git carries it to every clone, and keeps the lines of both sides.
struct MergedLines<Line: MergedLine> {
    private(set) var lines: Set<Line> = []
    /// What `stat` said of the file when it was read; `nil` for no file.
    private var status: FileStatus?

    private static var largestFile: Int { 256 << 20 }

    /// Reads the file again if it has changed, and says whether it has. Throws `.invalidSettings` for a line that is none
    /// of ours.
    @discardableResult
    mutating func refresh(in root: String) throws -> Bool {
        let path = "\(root)/\(Line.fileName)"
        let now = try FileSystem.status(path)
        guard now != status else { return false }
        lines =
            now == nil
            ? [] : try Self.parse(FileSystem.readAll(path, limit: Self.largestFile, followLinks: false), path)
        status = now
        return true
    }

    /// The lines of a file's content.
    static func parse(_ bytes: [UInt8], _ path: String) throws -> Set<Line> {
        var lines: Set<Line> = []
        var parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        for (number, part) in parts.enumerated() {
            guard let object = try? part.withUnsafeBytes({ try JSONParser.parse($0) }).asObject,
                let line = Line(object)
            else { throw StemmaError.invalidLine(path, number + 1, Line.grammar) }
            lines.insert(line)
        }
        return lines
    }

    /// Writes the file with these lines; none: no file.
    static func write(_ lines: Set<Line>, in root: String, synchronize: Bool) throws {
        let path = "\(root)/\(Line.fileName)"
        guard !lines.isEmpty else {
            try FileSystem.remove(path)
            // What git was told of it goes as well, so that the store is what it was before.
            let companion = CompanionFile.mergingLines(of: Line.fileName)
            guard let rest = try companion.withoutBlock(in: root) else { return }
            let file = "\(root)/\(companion.name)"
            if rest.isEmpty {
                try FileSystem.remove(file)
            } else {
                try FileSystem.writeAtomically(file, rest, synchronize: synchronize)
            }
            return
        }
        // Two branches that add lines are merged as a set.
        try CompanionFile.mergingLines(of: Line.fileName).gap(in: root)?.fill(
            in: root, synchronize: synchronize)
        try FileSystem.writeAtomically(path, content(lines), synchronize: synchronize)
    }

    /// The file with these lines.
    static func content(_ lines: Set<Line>) -> [UInt8] {
        Array(
            lines.map { JSONValue.object($0.json).printed + [0x0A] }
                .sorted { $0.lexicographicallyPrecedes($1) }.joined())
    }
}

extension PagedView {
    /// The lines of such a file in a view. Throws `.invalidSettings`.
    func lines<Line: MergedLine>(of type: Line.Type) throws -> Set<Line> {
        try file(Line.fileName).map { try MergedLines.parse($0, Line.fileName) } ?? []
    }
}

extension StemmaError {
    static func invalidLine(_ path: String, _ line: Int, _ grammar: String) -> StemmaError {
        StemmaError(
            .invalidSettings, "\(path):\(line) is not \(grammar)",
            hint: "delete the line, or take the file back from git",
            fields: ["path": path, "line": String(line)])
    }
}
