import StemmaBlobs
import StemmaRecords
import Testing

@Suite("npy headers and sizes")
struct ArrayHeaderTests {
    static func error(_ file: [UInt8]) -> StemmaError? {
        let error = #expect(throws: StemmaError.self) {
            try file.withUnsafeBytes { try NPY.decode([UInt8].self, from: $0) }
        }
        // The streaming validator finds the same, fed byte by byte.
        #expect(throws: StemmaError.self) { try ArrayHeaderTests.validate(file, step: 1) }
        return error
    }

    static func validate(_ file: [UInt8], step: Int) throws {
        var validator = NPYValidator()
        try file.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: step) {
                try validator.consume(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)]))
            }
        }
        try validator.finish()
    }

    @Test("a file that does not begin as npy files do is refused where it differs")
    func magic() {
        #expect(Self.error([])?.fields["offset"] == "0")
        #expect(Self.error(Array("PK".utf8))?.fields["offset"] == "0")
        #expect(Self.error([0x93] + Array("NUMPX".utf8))?.fields["offset"] == "5")
        #expect(Self.error([0x93] + Array("NUMPY".utf8))?.message.contains("ends inside the header") == true)
    }

    @Test("an unknown version is refused by its number")
    func version() {
        let file = ArrayNPYTests.file(ArrayNPYTests.header("'|u1'", "(0,)"), version: [4, 0])
        #expect(Self.error(file)?.message.contains("version 4.0") == true)
        #expect(Self.error(ArrayNPYTests.file("", version: [1, 1]))?.fields["offset"] == "6")
    }

    @Test(
        "a header that is not the dictionary that it should be is refused",
        arguments: [
            "", "{", "{}", "[]", "{'descr': '|u1'}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (0,), 'x': 1}",
            "{'descr': '|u1', 'fortran_order': 0, 'shape': (0,)}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': 0}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': [0]}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
            "{'descr': '|u1', 'fortran_order': False, 'shape': (0,)} x",
            "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (0,)}",
            "{'descr': '|u1' 'fortran_order': False, 'shape': (0,)}", "{'descr: 1}", "{1: 2}", "{'a' 1}",
            "{'a': True",
            "{'a': Tru}", "{'a': -}", "{'a': 99999999999999999999}", "{'a': (1 2)}",
            "{'a': __import__('os')}",
            "{'a': '\\", "{'a': " + String(repeating: "(", count: 100),
        ])
    func dictionary(header: String) {
        let error = Self.error(ArrayNPYTests.file(header))
        #expect(error?.code == .malformedNPY)
        #expect(error?.fields["offset"] != nil)
    }

    @Test(
        "types that numpy does not store are refused by name",
        arguments: [
            "'f8'", "'=f8'", "'|f8'", "'<f3'", "'<x8'", "'<i16'", "''", "'<'", "'<f'", "'|O'", "'O'",
            "'<f99999999999'",
            "'|U3'", "'<M4'", "'<M8[ns'", "5", "[5]", "[('a',)]", "[('a', '|O')]", "[('a', '<f4', (-1,))]",
            "[('a', '|V999999999', (999999999, 999999999))]",
            "[('a', '|V999999999', (9223372036,)), ('b', '|V999999999', (9223372036,))]",
        ])
    func types(descr: String) {
        let error = Self.error(ArrayNPYTests.file(ArrayNPYTests.header(descr, "(0,)")))
        #expect(error?.code == .malformedNPY)
    }

    @Test(
        "types that numpy stores are taken, with their size",
        arguments: [
            ("'<f2'", 2), ("'>c16'", 16), ("'<U3'", 12), ("'|S7'", 7), ("'|V0'", 0), ("'<m8'", 8),
            ("'<M8[25s]'", 8),
            ("[('a', '|u1'), (('title', 'b'), '>f8', (2, 3)), ('c', [('x', '<i4')])]", 53),
            ("('<f4', (2,))", 8),
        ])
    func sizes(descr: String, size: Int) throws {
        let data = [UInt8](repeating: 0, count: 3 * size)
        let file = ArrayNPYTests.file(ArrayNPYTests.header(descr, "(3,)"), data: data)
        let header = try file.withUnsafeBytes { try NPYHeader.parse($0) }
        #expect(header.dataType.size == size)
        #expect(header.dataSize == 3 * size)
        try Self.validate(file, step: 7)
    }

    @Test("a shape larger than a file can be is refused, one with a size of 0 holds nothing")
    func overflow() throws {
        for shape in ["(9223372036854775807, 2)", "(9223372036854775807,)"] {
            let file = ArrayNPYTests.file(ArrayNPYTests.header("'<f8'", shape))
            #expect(Self.error(file)?.message.contains("larger than a file can be") == true)
        }
        let empty = ArrayNPYTests.file(ArrayNPYTests.header("'<f8'", "(9223372036854775807, 2, 0)"))
        #expect(try ArrayNPYTests.decode(empty, as: Double.self).elements.isEmpty)
    }

    @Test("data that are too few or too many are refused with both sizes")
    func dataSize() throws {
        let whole = NPY.encode([UInt8](1...100))
        let short = try #require(Self.error(Array(whole.dropLast())))
        #expect(short.fields == ["offset": "227", "expected": "100", "found": "99"])
        let long = try #require(Self.error(whole + [0]))
        #expect(long.fields == ["offset": "228", "expected": "100", "found": "101"])
        #expect(Self.error(Array(whole.prefix(60)))?.fields["offset"] == "60")
        let huge = ArrayNPYTests.file(ArrayNPYTests.header("'|u1'", "(1000000000000,)"), data: [1])
        #expect(Self.error(huge)?.fields["expected"] == "1000000000000")
    }

    @Test("a header that claims gigabytes is refused before any is waited for")
    func longHeader() {
        let file = [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0x7F]
        var validator = NPYValidator()
        #expect(throws: StemmaError.self) { try file.withUnsafeBytes { try validator.consume($0) } }
    }

    @Test("what comes after the data is refused when it comes", arguments: [1, 3, 64, 1000])
    func streaming(step: Int) throws {
        let whole = NPY.encode([UInt8](1...100))
        try Self.validate(whole, step: step)
        let error = #expect(throws: StemmaError.self) { try Self.validate(whole + [0], step: step) }
        #expect(error?.fields["offset"] == "228")
    }

    @Test("the header is known once it has gone by")
    func streamedHeader() throws {
        var validator = NPYValidator()
        try NPY.encode([1.5, 2.5]).withUnsafeBytes { try validator.consume($0) }
        #expect(validator.header?.shape == [2])
    }

    @Test("a damaged file is refused or read, alike at once and in a stream", arguments: 1...4)
    func damage(seed: Int) throws {
        var random = JSONRandomValue(seed: UInt64(seed))
        let files = [
            NPY.encode([1.5, 2.5]), NPY.encode(try NDArray(shape: [2, 3], elements: [Int16](0..<6))),
            ArrayNPYTests.file(
                ArrayNPYTests.header("[('a', '<f4', (2,)), ('b', '|u1')]", "(1, 2)"), data: Array(0..<18)),
        ]
        var refused = 0
        for _ in 0..<6000 {
            let file = random.damaged(files[random.below(files.count)])
            let header = try? file.withUnsafeBytes { try NPYHeader.parse($0) }
            let isWhole = header.map { $0.dataOffset + $0.dataSize == file.count } ?? false
            let isValid = (try? Self.validate(file, step: 1 + random.below(40))) != nil
            #expect(isValid == isWhole, "seed \(seed)")
            if !isValid { refused += 1 }
            if let array = try? ArrayNPYTests.decode(file, as: Int16.self) {
                #expect(isValid, "seed \(seed)")
                #expect(try ArrayNPYTests.decode(NPY.encode(array), as: Int16.self) == array, "seed \(seed)")
            }
        }
        #expect(refused > 1000, "seed \(seed)")
    }
}
