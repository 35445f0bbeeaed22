/// The processes of one group, as the kernel lists them.
struct ProcessGroup {
    private let id: Int32

    init(_ id: Int32) { self.id = id }

    /// Whether one of them has not ended, or the kernel does not say: one that has ended stays in the list until its
    /// parent takes note.
    var isAlive: Bool {
        guard let entries = try? FileSystem.list("/proc"), !entries.isEmpty else { return true }
        return entries.contains { entry in
            guard entry.name.allSatisfy(\.isNumber),
                let line = try? FileSystem.readAll("/proc/\(entry.name)/stat", limit: 4096)
            else { return false }
            return isAlive(line)
        }
    }

    /// Reads `NUMBER (NAME) STATE PARENT GROUP ...`; the name can have parentheses, too.
    private func isAlive(_ line: [UInt8]) -> Bool {
        guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return false }
        let words = String(decoding: line[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard words.count > 2, Int32(words[2]) == id else { return false }
        return words[0] != "Z" && words[0] != "X"
    }
}
