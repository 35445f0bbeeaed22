import StemmaBlobs

/// Checks a CSV file (RFC 4180): UTF-8, quotes that match, and rows of as many fields as the first has.
///
/// Lines end in CR LF or LF; a byte order mark at the beginning, which spreadsheets write, is passed over.
package struct CSVValidator: PayloadValidator {
    private enum State {
        case fieldStart
        case plain
        case quoted
        /// After a quote in a quoted field: the end of the field, or half of a doubled quote.
        case quoteInQuoted
        case carriageReturn
    }

    private var state = State.fieldStart
    private var line = 1
    private var rowLine = 1
    private var quoteLine = 1
    private var fields = 1
    private var expectedFields: Int?
    private var isRowEmpty = true
    /// How many bytes of a character are still to come, and what the next of them may be.
    private var continuations = 0
    private var continuationRange: ClosedRange<UInt8> = 0x80...0xBF
    /// How many bytes of a byte order mark the file began with; 4 when it is certain.
    private var markBytes = 0

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    package init() {}

    /// Checks the next bytes; throws `malformedCSV` with the line.
    package mutating func consume(_ bytes: UnsafeRawBufferPointer) throws {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            // Letters, digits and most punctuation mean nothing wherever text may stand.
            if continuations == 0, byte &- 0x2D < 0x53, state == .plain || state == .quoted {
                index += 1
                continue
            }
            try step(byte)
            index += 1
        }
    }

    /// Throws `malformedCSV` if a quote is still open, a character is cut, or the last row is short.
    package mutating func finish() throws {
        if continuations > 0 { throw error("the file ends inside a UTF-8 character") }
        switch state {
        case .quoted: throw error("the quoted field that begins here has no closing quote", at: quoteLine)
        case .carriageReturn: throw error("a carriage return is not followed by a line feed")
        case .fieldStart where isRowEmpty: break
        default: try endRow()
        }
    }

    private mutating func step(_ byte: UInt8) throws {
        if byte >= 0x80 || continuations > 0 { return try stepCharacter(byte) }
        if byte == 0 { throw error("byte 0x00 is not text") }
        switch (state, byte) {
        case (.quoted, UInt8(ascii: "\"")):
            state = .quoteInQuoted
        case (.quoted, _):
            if byte == UInt8(ascii: "\n") { line += 1 }
        case (.carriageReturn, UInt8(ascii: "\n")), (.fieldStart, UInt8(ascii: "\n")),
            (.plain, UInt8(ascii: "\n")),
            (.quoteInQuoted, UInt8(ascii: "\n")):
            try endRow()
        case (.carriageReturn, _):
            throw error("a carriage return is not followed by a line feed")
        case (_, UInt8(ascii: "\r")):
            state = .carriageReturn
        case (_, UInt8(ascii: ",")):
            fields += 1
            isRowEmpty = false
            state = .fieldStart
        case (.fieldStart, UInt8(ascii: "\"")):
            isRowEmpty = false
            quoteLine = line
            state = .quoted
        case (.quoteInQuoted, UInt8(ascii: "\"")):
            state = .quoted
        case (.quoteInQuoted, _):
            throw error("a closing quote is followed by text")
        case (.plain, UInt8(ascii: "\"")):
            throw error("a quote stands inside a field that does not begin with one")
        default:
            isRowEmpty = false
            state = .plain
        }
    }

    /// Takes one byte of a character that is not ASCII.
    private mutating func stepCharacter(_ byte: UInt8) throws {
        if markBytes < 3 {
            // Only the very first bytes get here with every byte before them a part of the mark.
            let isMark =
                state == .fieldStart && isRowEmpty && line == 1 && byte == Self.mark[markBytes]
            markBytes = isMark ? markBytes + 1 : 4
        }
        if continuations > 0 {
            guard continuationRange.contains(byte) else {
                throw error("\(Self.hex(byte)) is not valid UTF-8")
            }
            continuations -= 1
            continuationRange = 0x80...0xBF
        } else {
            switch byte {
            case 0xC2...0xDF: continuations = 1
            case 0xE0...0xEF: continuations = 2
            case 0xF0...0xF4: continuations = 3
            default: throw error("\(Self.hex(byte)) is not valid UTF-8")
            }
            continuationRange = UTF8Sequence.secondRange(after: byte)
        }
        if markBytes < 4 {
            if markBytes == 3 { markBytes = 4 }
            return
        }
        switch state {
        case .quoted: break
        case .quoteInQuoted: throw error("a closing quote is followed by text")
        case .carriageReturn: throw error("a carriage return is not followed by a line feed")
        case .fieldStart, .plain:
            isRowEmpty = false
            state = .plain
        }
    }

    private mutating func endRow() throws {
        let expected = expectedFields ?? fields
        if fields != expected {
            throw StemmaError.malformedCSV(
                "the row has \(Self.counted(fields)), the first has \(Self.counted(expected))", line: rowLine,
                fields: ["expected": "\(expected)", "found": "\(fields)"])
        }
        expectedFields = expected
        fields = 1
        isRowEmpty = true
        state = .fieldStart
        line += 1
        rowLine = line
    }

    private func error(_ problem: String, at line: Int? = nil) -> StemmaError {
        .malformedCSV(problem, line: line ?? self.line)
    }

    private static func counted(_ fields: Int) -> String { fields == 1 ? "1 field" : "\(fields) fields" }

    private static func hex(_ byte: UInt8) -> String { "byte 0x\(String(byte, radix: 16))" }
}
