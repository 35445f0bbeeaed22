import Glibc
import StemmaBlobs

/// A git tree as it is stored: `MODE NAME\0ID` one after another, in git's order.
///
/// Names stay bytes, because git allows any; so what is not changed is written back as it was.
struct TreeBytes {
    struct Entry {
        let mode: UInt32
        let kind: EntryKind
        let name: Range<Int>
        let id: ObjectID
    }

    let bytes: [UInt8]
    let entries: [Entry]

    /// No entries at all.
    static let empty = TreeBytes(bytes: [], entries: [])

    private init(bytes: [UInt8], entries: [Entry]) {
        self.bytes = bytes
        self.entries = entries
    }

    /// Throws `objectMissing`, or `corrupt` when it cannot be read or parsed.
    init(reading id: ObjectID, from objects: ObjectDatabase) throws {
        bytes = try objects.withObject(id, .tree) { [UInt8]($0) }
        guard let entries = bytes.withUnsafeBytes({ Self.parse($0) }) else {
            throw StemmaError.gitObjectCorrupt(.object(id), "read a tree", "its entries cannot be parsed")
        }
        self.entries = entries
    }

    func name(_ entry: Entry) -> ArraySlice<UInt8> { bytes[entry.name] }

    private static func parse(_ bytes: UnsafeRawBufferPointer) -> [Entry]? {
        var entries: [Entry] = []
        entries.reserveCapacity(bytes.count / 40)
        guard let base = bytes.baseAddress else { return entries }
        var position = 0
        while position < bytes.count {
            var mode: UInt32 = 0
            while position < bytes.count, case let digit = bytes[position], digit != UInt8(ascii: " ") {
                guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), mode < 1 << 20 else {
                    return nil
                }
                mode = mode << 3 | UInt32(digit - UInt8(ascii: "0"))
                position += 1
            }
            position += 1
            guard position < bytes.count, let kind = EntryKind(mode: mode),
                let end = memchr(base + position, 0, bytes.count - position)
            else { return nil }
            let name = position..<(UnsafeRawPointer(end) - base)
            let next = name.upperBound + 1 + ObjectID.byteCount
            guard !name.isEmpty, next <= bytes.count,
                let id = ObjectID(
                    bytes: UnsafeRawBufferPointer(rebasing: bytes[(name.upperBound + 1)..<next]))
            else { return nil }
            entries.append(Entry(mode: mode, kind: kind, name: name, id: id))
            position = next
        }
        return entries
    }

    /// Appends one entry in its stored form.
    static func append(mode: UInt32, name: some Collection<UInt8>, id: ObjectID, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(mode, radix: 8).utf8)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: name)
        bytes.append(0)
        id.withBytes { bytes.append(contentsOf: $0) }
    }
}

/// git's order of tree entries: by bytes, a directory as if its name ended in a slash.
///
/// Negative, zero or positive as `a` stands before, at or after `b`. A file and a directory of one name differ.
func compareTreeNames(
    _ a: UnsafeRawBufferPointer, isTree aIsTree: Bool, _ b: UnsafeRawBufferPointer, isTree bIsTree: Bool
) -> Int {
    let common = min(a.count, b.count)
    if common > 0, let x = a.baseAddress, let y = b.baseAddress {
        let order = memcmp(x, y, common)
        if order != 0 { return Int(order) }
    }
    func next(_ name: UnsafeRawBufferPointer, _ isTree: Bool) -> Int {
        name.count > common ? Int(name[common]) : isTree ? Int(UInt8(ascii: "/")) : 0
    }
    return next(a, aIsTree) - next(b, bIsTree)
}
