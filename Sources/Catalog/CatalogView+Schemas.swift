import StemmaRecords

/// What a record's line says of its schema version.
package struct SchemaMember: Hashable, Sendable {
    /// The member `schema`, where the line has it.
    package let schema: String?
    /// Whether the payload is JSON: others have no other form.
    package let isJSON: Bool
}

extension CatalogView {
    /// How many records of a variable have which member `schema`, or none. Lines are looked through, and not parsed.
    package func schemaCounts(of variable: Variable) throws -> [SchemaMember: Int] {
        var counts: [SchemaMember: Int] = [:]
        let json = Array("\"\(PayloadFormat.json.rawValue)\"".utf8)
        // Most records are of the version of the one before.
        var last: (bytes: [UInt8]?, isJSON: Bool, count: Int) = (nil, true, 0)
        func settle() throws {
            guard last.count > 0 else { return }
            let member = try last.bytes.map { bytes in
                try bytes.withUnsafeBytes { try JSONParser.parse($0) }.asString ?? ""
            }
            counts[SchemaMember(schema: member, isJSON: last.isJSON), default: 0] += last.count
        }
        try connection.each(
            """
            SELECT line, place FROM records
            WHERE partition IN (SELECT id FROM partitions WHERE variable = ?)
            """, [.integer(variable.id)]
        ) { row in
            let line = row.bytes(0)
            if row.int64(1) != Place.regular {
                // Written by somebody else, perhaps in another way.
                let record = try Record(line: line, variable: variable.name)
                let member = SchemaMember(schema: record.schema, isJSON: record.format == .json)
                counts[member, default: 0] += 1
                return true
            }
            let found = LineMember.value(of: "schema", in: line)
            let isJSON = LineMember.isSame(LineMember.value(of: "format", in: line), json)
            if last.count > 0, isJSON == last.isJSON, LineMember.isSame(found, last.bytes) {
                last.count += 1
            } else {
                try settle()
                last = (found.map { Array($0) }, isJSON, 1)
            }
            return true
        }
        try settle()
        return counts
    }
}

/// Finds a member of a record's line without parsing it.
enum LineMember {
    static func isSame(_ found: UnsafeRawBufferPointer?, _ known: [UInt8]?) -> Bool {
        switch (found, known) {
        case (nil, nil): true
        case (let found?, let known?): found.elementsEqual(known)
        default: false
        }
    }

    /// The bytes of a member's value that is a string, with its quotes; `nil` where the line has none.
    ///
    /// - Parameter line: as Stemma writes it: without blanks, and names of its own members without escapes.
    static func value(of name: StaticString, in line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var depth = 0
        var index = 0
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                guard let end = endOfString(from: index, in: line) else { return nil }
                // A string with a colon behind it is a name.
                let isName = end < line.count && line[end] == UInt8(ascii: ":")
                if depth == 1, isName, end - index == name.utf8CodeUnitCount + 2,
                    name.withUTF8Buffer({ line[index + 1..<end - 1].elementsEqual($0) }),
                    end + 1 < line.count, line[end + 1] == UInt8(ascii: "\""),
                    let last = endOfString(from: end + 1, in: line)
                {
                    return UnsafeRawBufferPointer(rebasing: line[end + 1..<last])
                }
                index = end
                continue
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The place behind the quote that ends the string that begins here.
    private static func endOfString(from start: Int, in line: UnsafeRawBufferPointer) -> Int? {
        var index = start + 1
        while index < line.count {
            switch line[index] {
            case UInt8(ascii: "\\"): index += 2
            case UInt8(ascii: "\""): return index + 1
            default: index += 1
            }
        }
        return nil
    }
}
