import StemmaBlobs
import StemmaRecords

extension Store {
    /// The store that somebody who stands in `directory` means.
    ///
    /// The nearest directory upward with a `stemma.json`, else the one store at most two levels under the top of the
    /// git work tree. Throws `.noStore`, and `.severalStores` with a list.
    public static func find(from directory: String) throws -> String {
        var here = try FileSystem.realPath(directory)
        while true {
            if try FileSystem.status("\(here)/\(StoreSettings.fileName)") != nil { return here }
            let parent = FileSystem.parent(of: here)
            if parent == here { break }
            here = parent
        }
        guard let top = try workTreeTop(above: directory) else { throw StemmaError.noStore(at: directory) }
        var found: [String] = []
        try collect(top, depth: 0, into: &found)
        switch found.count {
        case 0: throw StemmaError.noStore(at: directory)
        case 1: return found[0]
        default: throw StemmaError.severalStores(found)
        }
    }

    /// The nearest directory upward that has a `.git`. Looked for by hand: reading a store asks nothing of git, which
    /// may refuse a repository that belongs to somebody else.
    private static func workTreeTop(above directory: String) throws -> String? {
        var here = try FileSystem.realPath(directory)
        while true {
            if try FileSystem.status("\(here)/.git") != nil { return here }
            let parent = FileSystem.parent(of: here)
            if parent == here { return nil }
            here = parent
        }
    }

    private static func collect(_ directory: String, depth: Int, into found: inout [String]) throws {
        for entry in try FileSystem.list(directory)
        where entry.kind == .directory && !entry.name.hasPrefix(".") {
            let path = "\(directory)/\(entry.name)"
            if try FileSystem.status("\(path)/\(StoreSettings.fileName)") != nil {
                found.append(path)
            } else if depth < 1 {
                try collect(path, depth: depth + 1, into: &found)
            }
        }
    }
}
