import StemmaBlobs

/// Walks over the members of one JSON object without making values of them.
///
/// Only the structure is checked (strings, brackets, separators), for lines that are compared or looked through
/// before, or instead of, being parsed: scalars are skipped, not read, and duplicate names are not noticed.
///
/// ```swift
/// var members = try JSONMembers(line)
/// while let member = try members.next() { ... line[member.value] ... }
/// ```
package struct JSONMembers {
    /// Where the parts of a member stand: the name between its quotes, with its escapes, and the whole value.
    package typealias Member = (name: Range<Int>, value: Range<Int>)

    private var reader: JSONReader
    private var isFirst = true
    private var isFinished = false

    /// Starts before the first member.
    ///
    /// Throws `malformedJSON` if the bytes do not begin with an object. They must outlive the walk.
    package init(_ bytes: UnsafeRawBufferPointer) throws {
        reader = JSONReader(bytes, integers: .printed)
        reader.skipWhitespace()
        guard reader.skip(JSONByte.openBrace) else { throw reader.unexpected("'{'") }
    }

    /// The next member, or `nil` after the last.
    ///
    /// Throws `malformedJSON` where the structure is broken, or something follows the object.
    package mutating func next() throws -> Member? {
        if isFinished { return nil }
        reader.skipWhitespace()
        if reader.skip(JSONByte.closeBrace) {
            try reader.readEnd()
            isFinished = true
            return nil
        }
        if !isFirst {
            guard reader.skip(JSONByte.comma) else { throw reader.unexpected("',' or '}'") }
            reader.skipWhitespace()
        }
        isFirst = false
        guard reader.next == JSONByte.quote else { throw reader.unexpected("a member name in quotes") }
        let name = try reader.scanString().range
        reader.skipWhitespace()
        guard reader.skip(JSONByte.colon) else { throw reader.unexpected("':'") }
        reader.skipWhitespace()
        let start = reader.position
        try reader.skipValue(depth: 1)
        return (name, start..<reader.position)
    }

    /// Where the value of the first member with this name stands, `nil` if there is none.
    ///
    /// The name is compared with the bytes between the quotes, so it must be one that needs no escapes.
    package static func value(of name: StaticString, in bytes: UnsafeRawBufferPointer) throws -> Range<Int>? {
        let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var members = try JSONMembers(bytes)
        while let member = try members.next() {
            if member.name.count == wanted.count, bytes[member.name].elementsEqual(wanted) {
                return member.value
            }
        }
        return nil
    }
}

extension JSONReader {
    /// Moves past a value, of which only the structure is looked at.
    mutating func skipValue(depth: Int) throws {
        switch next {
        case JSONByte.quote:
            _ = try scanString()
        case JSONByte.openBrace:
            try skipItems(upTo: JSONByte.closeBrace, named: true, depth: depth)
        case JSONByte.openBracket:
            try skipItems(upTo: JSONByte.closeBracket, named: false, depth: depth)
        default:
            let start = position
            while position < bytes.count, Self.isScalarByte(bytes[position]) { position += 1 }
            if position == start { throw unexpected("a value") }
        }
    }

    private mutating func skipItems(upTo end: UInt8, named: Bool, depth: Int) throws {
        if depth == JSONLimits.depth { throw nestedTooDeep() }
        position += 1
        skipWhitespace()
        if skip(end) { return }
        while true {
            if named {
                guard next == JSONByte.quote else { throw unexpected("a member name in quotes") }
                _ = try scanString()
                skipWhitespace()
                guard skip(JSONByte.colon) else { throw unexpected("':'") }
                skipWhitespace()
            }
            try skipValue(depth: depth + 1)
            skipWhitespace()
            if skip(end) { return }
            guard skip(JSONByte.comma) else { throw unexpected(named ? "',' or '}'" : "',' or ']'") }
            skipWhitespace()
        }
    }

    /// What numbers, `true`, `false` and `null` are made of.
    @inline(__always)
    private static func isScalarByte(_ byte: UInt8) -> Bool {
        switch byte {
        case JSONByte.zero...JSONByte.nine, UInt8(ascii: "a")...UInt8(ascii: "z"), JSONByte.minus,
            UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}
