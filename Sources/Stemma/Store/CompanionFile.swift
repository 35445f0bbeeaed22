import StemmaBlobs

/// A file beside `stemma.json` that tells git how to treat the store. What else stands in it is its owner's.
struct CompanionFile {
    let name: String
    /// What the lines are for, as a comment in the file.
    let comment: String
    /// The lines that must be there.
    let lines: [String]

    static let all = [
        CompanionFile(
            name: ".gitattributes", comment: "# Written by stemma: what is stored is stored byte for byte.",
            lines: ["*.jsonl -text", "*.json -text", "*.zst -text -diff -merge"]),
        CompanionFile(
            name: ".gitignore",
            comment: "# Written by stemma: derived or transient files, and payloads too large for git.",
            lines: ["/local/", "/large/", ".tmp-*"]),
    ]

    private static let largest = 1 << 20

    /// Whether the file has every line.
    func isComplete(in directory: String) throws -> Bool {
        guard let text = try text(in: directory) else { return false }
        return missing(in: text).isEmpty
    }

    /// Appends the lines that are missing, after what is there.
    func complete(in directory: String, synchronize: Bool) throws {
        var text = try text(in: directory) ?? ""
        let missing = missing(in: text)
        guard !missing.isEmpty else { return }
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
        text += ([comment] + missing).map { $0 + "\n" }.joined()
        try FileSystem.writeAtomically("\(directory)/\(name)", Array(text.utf8), synchronize: synchronize)
    }

    private func text(in directory: String) throws -> String? {
        let file = "\(directory)/\(name)"
        guard try FileSystem.status(file) != nil else { return nil }
        return String(decoding: try FileSystem.readAll(file, limit: Self.largest), as: UTF8.self)
    }

    private func missing(in text: String) -> [String] {
        let there = Set(text.split(whereSeparator: \.isNewline).map(String.init))
        return lines.filter { !there.contains($0) }
    }
}
