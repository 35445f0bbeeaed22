import StemmaBlobs

/// The form in which a JSON document is stored: canonical, and ended by one line end that its digest covers.
///
/// The document is printed while it is read, so that the memory taken is that of the two texts and no more; the
/// caller limits the size. What a user hands in has no integers beyond 2^53, which `integers` says by default.
/// Throws `malformedJSON` or `integerTooLarge`, each with the offset.
package func canonicalJSONDocument(
    _ bytes: UnsafeRawBufferPointer, integers: JSONIntegerRule = .limited
) throws -> [UInt8] {
    var transcoder = JSONTranscoder(bytes, integers: integers)
    var output = try transcoder.transcode()
    output.append(UInt8(ascii: "\n"))
    return output
}

/// Whether the bytes are exactly what canonical printing gives for the value that they hold, without a line end.
package func isCanonicalJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var transcoder = JSONTranscoder(bytes, integers: .printed)
    guard let canonical = try? transcoder.transcode() else { return false }
    return canonical.elementsEqual(bytes)
}

/// Prints JSON canonically while reading it, without making values of it.
///
/// Members are printed as they come; an object whose names turn out not to be in order has the printed members
/// put in order when it ends.
struct JSONTranscoder {
    private struct Member {
        /// Where the unescaped name stands in `names`.
        let name: Range<Int>
        /// Where name and value were printed.
        var printed: Range<Int>
        /// Where the name stands in the input.
        let offset: Int
    }

    private var reader: JSONReader
    private var output: [UInt8] = []
    /// The members, and the names of the members, of all objects that are open.
    private var members: [Member] = []
    private var names: [UInt8] = []
    private var depth = 0

    init(_ bytes: UnsafeRawBufferPointer, integers: JSONIntegerRule) {
        reader = JSONReader(bytes, integers: integers)
    }

    mutating func transcode() throws -> [UInt8] {
        try reader.refuseByteOrderMark()
        output.reserveCapacity(reader.bytes.count + 1)
        try value()
        try reader.readEnd()
        return output
    }

    private mutating func value() throws {
        reader.skipWhitespace()
        switch reader.next {
        case JSONByte.quote:
            try string(try reader.scanString())
        case JSONByte.openBrace:
            try object()
        case JSONByte.openBracket:
            try array()
        case JSONByte.minus, JSONByte.zero...JSONByte.nine:
            try JSONNumber.append(try reader.readNumber(), to: &output)
        case UInt8(ascii: "t"):
            try reader.readLiteral("true")
            output.append(literal: "true")
        case UInt8(ascii: "f"):
            try reader.readLiteral("false")
            output.append(literal: "false")
        case UInt8(ascii: "n"):
            try reader.readLiteral("null")
            output.append(literal: "null")
        default:
            throw reader.unexpected("a value")
        }
    }

    private mutating func string(_ string: JSONStringRange) throws {
        if string.isEscaped {
            var unescaped: [UInt8] = []
            reader.appendUnescaped(string, to: &unescaped)
            unescaped.withUnsafeBytes { JSONString.append($0, to: &output) }
        } else {
            // Valid and without escapes is already as it is printed, quotes included.
            let quoted = string.range.lowerBound - 1..<string.range.upperBound + 1
            output.append(contentsOf: UnsafeRawBufferPointer(rebasing: reader.bytes[quoted]))
        }
    }

    private mutating func enter() throws {
        depth += 1
        if depth > JSONLimits.depth { throw reader.nestedTooDeep() }
        output.append(reader.next)
        reader.position += 1
        reader.skipWhitespace()
    }

    private mutating func array() throws {
        try enter()
        defer { depth -= 1 }
        if reader.skip(JSONByte.closeBracket) {
            output.append(JSONByte.closeBracket)
            return
        }
        while true {
            try value()
            reader.skipWhitespace()
            if reader.skip(JSONByte.comma) {
                output.append(JSONByte.comma)
            } else if reader.skip(JSONByte.closeBracket) {
                output.append(JSONByte.closeBracket)
                return
            } else {
                throw reader.unexpected("',' or ']'")
            }
        }
    }

    private mutating func object() throws {
        try enter()
        let firstMember = members.count
        let firstName = names.count
        defer {
            depth -= 1
            members.removeSubrange(firstMember...)
            names.removeSubrange(firstName...)
        }
        if reader.skip(JSONByte.closeBrace) {
            output.append(JSONByte.closeBrace)
            return
        }
        while true {
            try member()
            reader.skipWhitespace()
            if reader.skip(JSONByte.comma) {
                output.append(JSONByte.comma)
                reader.skipWhitespace()
            } else if reader.skip(JSONByte.closeBrace) {
                break
            } else {
                throw reader.unexpected("',' or '}'")
            }
        }
        try putInOrder(from: firstMember)
        output.append(JSONByte.closeBrace)
    }

    private mutating func member() throws {
        guard reader.next == JSONByte.quote else { throw reader.unexpected("a member name in quotes") }
        let offset = reader.position
        let scanned = try reader.scanString()
        let firstOfName = names.count
        reader.appendUnescaped(scanned, to: &names)
        reader.skipWhitespace()
        guard reader.skip(JSONByte.colon) else { throw reader.unexpected("':'") }
        let start = output.count
        try string(scanned)
        output.append(JSONByte.colon)
        let index = members.count
        members.append(Member(name: firstOfName..<names.count, printed: start..<start, offset: offset))
        try value()
        members[index].printed = start..<output.count
    }

    private mutating func putInOrder(from first: Int) throws {
        let isSorted = zip(members[first...], members[(first + 1)...]).allSatisfy { compare($0, $1) < 0 }
        if isSorted { return }
        // By offset where names are equal, so that the later of the two is named.
        let sorted = members[first...].sorted {
            let order = compare($0, $1)
            return order == 0 ? $0.offset < $1.offset : order < 0
        }
        for (member, following) in zip(sorted, sorted.dropFirst()) where compare(member, following) == 0 {
            let name = String(decoding: names[following.name], as: UTF8.self)
            throw reader.duplicateMember(name, at: following.offset)
        }
        let start = members[first].printed.lowerBound
        let printed = Array(output[start...])
        output.removeSubrange(start...)
        for (index, member) in sorted.enumerated() {
            if index > 0 { output.append(JSONByte.comma) }
            output.append(
                contentsOf: printed[member.printed.lowerBound - start..<member.printed.upperBound - start])
        }
    }

    private func compare(_ left: Member, _ right: Member) -> Int {
        names.withUnsafeBytes { names in
            JSONName.compare(
                UnsafeRawBufferPointer(rebasing: names[left.name]),
                UnsafeRawBufferPointer(rebasing: names[right.name]))
        }
    }
}
