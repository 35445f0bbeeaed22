import StemmaBlobs

/// A file beside `stemma.json` that tells git how to treat the store. Lines of others in it are theirs.
struct CompanionFile {
    let name: String
    /// Begins what is written.
    private let comment: String
    /// The lines that must be in the file, wherever.
    private let lines: [String]

    /// Those that every store has.
    static let all = [
        CompanionFile(
            name: ".gitattributes",
            comment: "# Written by stemma: what is stored is stored byte for byte.",
            lines: ["*.jsonl -text", "*.json -text", "*.zst -text -diff -merge"]),
        CompanionFile(
            name: ".gitignore",
            comment: "# Written by stemma: derived or transient files, and payloads too large for git.",
            lines: ["/local/", "/large/", ".tmp-*"]),
    ]

    /// Written with the first file of that name: git's own driver keeps the lines of both sides.
    static func mergingLines(of file: String) -> CompanionFile {
        CompanionFile(
            name: ".gitattributes",
            comment: "# Written by stemma: what two branches write here is merged as a set.",
            lines: ["\(file) merge=union"])
    }

    /// What a companion file of a store lacks.
    struct Gap {
        let name: String
        /// The lines that it lacks.
        let lines: [String]
        /// Whether there is no such file at all.
        let isWhole: Bool
        /// The file as it should be: what stands there byte for byte, and after it the lines that it lacks.
        let content: [UInt8]

        /// Puts the file right in one step: readers see the old content or the new one.
        func fill(in directory: String, synchronize: Bool) throws {
            try FileSystem.writeAtomically("\(directory)/\(name)", content, synchronize: synchronize)
        }
    }

    /// What the file in a store's directory lacks; `nil` when it has all of its lines.
    ///
    /// Throws `.tooLarge` above 1 MiB, and `.system` for a link or a directory of that name: git would not read it, and
    /// it is not ours to replace.
    func gap(in directory: String) throws -> Gap? {
        let path = "\(directory)/\(name)"
        guard try FileSystem.status(path) != nil else {
            return Gap(name: name, lines: lines, isWhole: true, content: block(lines))
        }
        let content = try FileSystem.readAll(path, limit: 1 << 20, followLinks: false)
        // Git takes no notice of spaces and of a carriage return at the end of a line.
        let present = Set(content.split(separator: UInt8(ascii: "\n")).map(Self.withoutBlanksAtEnd))
        let missing = lines.filter { !present.contains(ArraySlice($0.utf8)) }
        guard !missing.isEmpty else { return nil }
        let separator = content.isEmpty || content.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
        return Gap(name: name, lines: missing, isWhole: false, content: content + separator + block(missing))
    }

    /// The file without the lines that `gap` has added at its end; `nil` where it does not end with them.
    func withoutBlock(in directory: String) throws -> [UInt8]? {
        let path = "\(directory)/\(name)"
        guard try FileSystem.status(path) != nil else { return nil }
        let content = try FileSystem.readAll(path, limit: 1 << 20, followLinks: false)
        let block = block(lines)
        guard content.suffix(block.count).elementsEqual(block) else { return nil }
        let rest = content.dropLast(block.count)
        return rest.isEmpty || rest.last == UInt8(ascii: "\n") ? Array(rest) : nil
    }

    private func block(_ lines: [String]) -> [UInt8] {
        Array(([comment] + lines).joined(separator: "\n").utf8) + [UInt8(ascii: "\n")]
    }

    private static func withoutBlanksAtEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        while let last = line.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\r") {
            line.removeLast()
        }
        return line
    }
}
