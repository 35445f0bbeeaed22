import Foundation
import StemmaBlobs
import StemmaRecords
import TestSupport
import Testing

@Suite("npy arrays")
struct ArrayNPYTests {
    /// An npy file of version 1.0 with a header as given.
    static func file(_ header: String, data: [UInt8] = [], version: [UInt8] = [1, 0]) -> [UInt8] {
        let text = Array(header.utf8) + [0x0A]
        let length = (0..<(version[0] == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return [0x93] + Array("NUMPY".utf8) + version + length + text + data
    }

    static func header(_ descr: String, _ shape: String, fortran: String = "False") -> String {
        "{'descr': \(descr), 'fortran_order': \(fortran), 'shape': \(shape), }"
    }

    static func decode<Element: NPYElement>(_ file: [UInt8], as type: Element.Type) throws -> NDArray<Element>
    {
        try file.withUnsafeBytes { try NPY.decode(NDArray<Element>.self, from: $0) }
    }

    func checkInverse<Element: NPYElement>(_ elements: [Element], descr: String) throws {
        let file = NPY.encode(elements)
        #expect(String(decoding: file, as: UTF8.self).contains("'descr': '\(descr)'"))
        #expect(file.count % 64 == elements.count * MemoryLayout<Element>.size % 64)
        #expect(try file.withUnsafeBytes { try NPY.decode([Element].self, from: $0) } == elements)
        let array = try NDArray(shape: [1, elements.count, 1], elements: elements)
        #expect(try Self.decode(NPY.encode(array), as: Element.self) == array)
    }

    @Test("every element type is read as it was written, under numpy's name for it")
    func types() throws {
        try checkInverse([Double.pi, -0.0, .infinity, .leastNonzeroMagnitude], descr: "<f8")
        try checkInverse([Float.pi, .greatestFiniteMagnitude], descr: "<f4")
        try checkInverse([Int8.min, .max], descr: "|i1")
        try checkInverse([Int16.min, .max], descr: "<i2")
        try checkInverse([Int32.min, .max], descr: "<i4")
        try checkInverse([Int64.min, .max], descr: "<i8")
        try checkInverse([Int.min, .max], descr: "<i8")
        try checkInverse([UInt8.min, .max], descr: "|u1")
        try checkInverse([UInt16.min, .max], descr: "<u2")
        try checkInverse([UInt32.min, .max], descr: "<u4")
        try checkInverse([UInt64.min, .max], descr: "<u8")
        try checkInverse([UInt.min, .max], descr: "<u8")
        try checkInverse([true, false, true], descr: "|b1")
        try checkInverse([Double](), descr: "<f8")
    }

    @Test("NaN is carried with all its bits")
    func nan() throws {
        let odd = Double(bitPattern: 0x7FF8_0000_0000_1234)
        let read = try Self.decode(NPY.encode([odd]), as: Double.self)
        #expect(read.elements.first?.bitPattern == odd.bitPattern)
    }

    @Test("a shape holds exactly as many elements as there are")
    func shapes() throws {
        var array = try NDArray(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
        #expect(array[1, 0] == 4)
        array[0, 2] = 9
        #expect(array.elements == [1, 2, 9, 4, 5, 6])
        #expect(try NDArray(shape: [], elements: [7.5])[] == 7.5)
        #expect(try NDArray(shape: [0, 5], elements: [Int]()).elements.isEmpty)
        #expect(NDArray([1, 2]).shape == [2])
        for shape in [[2, 2], [-1, -6], [7], [], [Int.max, Int.max, 2]] {
            let error = #expect(throws: StemmaError.self) {
                try NDArray(shape: shape, elements: [1, 2, 3, 4, 5, 6])
            }
            #expect(error?.code == .shapeMismatch)
        }
    }

    @Test("another element type is refused by both names, never converted")
    func elementMismatch() throws {
        let file = NPY.encode([Int16(1)])
        let error = #expect(throws: StemmaError.self) { try Self.decode(file, as: Double.self) }
        #expect(error?.code == .typeMismatch)
        #expect(error?.message == "the array has elements of type <i2, not <f8 (Double)")
        let same = #expect(throws: StemmaError.self) { try Self.decode(file, as: UInt16.self) }
        #expect(same?.code == .typeMismatch)
    }

    @Test("an array of other than one dimension is not read as a plain one")
    func dimensionMismatch() throws {
        let file = NPY.encode(try NDArray(shape: [2, 1], elements: [1.0, 2]))
        let error = #expect(throws: StemmaError.self) {
            try file.withUnsafeBytes { try NPY.decode([Double].self, from: $0) }
        }
        #expect(error?.code == .typeMismatch)
        #expect(error?.message.contains("(2, 1)") == true)
    }

    @Test("a boolean that is neither 0 nor 1 is refused where it stands")
    func booleans() {
        let file = Self.file(Self.header("'|b1'", "(3,)"), data: [0, 1, 2])
        let error = #expect(throws: StemmaError.self) { try Self.decode(file, as: Bool.self) }
        #expect(error?.code == .malformedNPY)
        #expect(error?.fields["offset"] == "\(file.count - 1)")
    }

    @Test("big endian and Fortran order are read into the order of Swift")
    func foreignOrders() throws {
        let data: [UInt8] = [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 1, 0]
        let file = Self.file(Self.header("'>i2'", "(2, 3)", fortran: "True"), data: data)
        let array = try Self.decode(file, as: Int16.self)
        #expect(array.shape == [2, 3])
        #expect(array.elements == [1, 3, 5, 2, 4, 256])
    }

    @Test("a header in any spacing and order is read, and what Python 2 wrote")
    func spacing() throws {
        let data = [UInt8](repeating: 1, count: 6)
        for text in [
            "{'shape':(3L,2L),\"descr\":\"|u1\",'fortran_order':False}", Self.header("'|u1'", "(3, 2)"),
            "  { 'fortran_order' : False , 'descr' : ( '|u1' ) , 'shape' : ( 3 , 2 , ) , }   ",
            "\n{'descr':'<u1','fortran_order':False,'shape':(3,2)}",
        ] {
            for version: [UInt8] in [[1, 0], [2, 0], [3, 0]] {
                #expect(
                    try Self.decode(Self.file(text, data: data, version: version), as: UInt8.self).shape == [
                        3, 2,
                    ])
            }
        }
    }

    @Test("a header too long for version 1.0 is written in 2.0")
    func version2() throws {
        let array = try NDArray(shape: [Int](repeating: 1, count: 30_000), elements: [1.5])
        let file = NPY.encode(array)
        #expect(file[6] == 2)
        #expect((file.count - 8) % 64 == 0)
        #expect(try Self.decode(file, as: Double.self) == array)
    }

    static let ecg = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/data/ecg")

    @Test(
        "a real electrocardiogram is read, and written again byte by byte",
        .enabled(
            if: FileManager.default.fileExists(atPath: ecg.path), "the data in ../shared/data are not there"))
    func electrocardiogram() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.ecg, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "npy" }
        #expect(!files.isEmpty)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            let samples = try bytes.withUnsafeBytes { try NPY.decode([Int16].self, from: $0) }
            #expect(samples.count == 21_600)
            #expect(NPY.encode(samples) == bytes, "\(file.lastPathComponent)")
        }
    }

    static let hasNumpy = PythonScript.has("numpy")

    @Test("files are byte by byte those of numpy", .enabled(if: hasNumpy, "numpy is not installed"))
    func numpy() throws {
        let directory = try TemporaryDirectory()
        let script = """
            import sys, numpy as np
            d = sys.argv[1]
            def save(name, a): np.save(d + '/' + name, a)
            save('f8', np.array([1.5, float('nan'), -2]))
            save('f4', np.arange(6, dtype='f4').reshape(2, 3))
            save('i8', np.arange(24, dtype='i8').reshape(2, 3, 4))
            save('u1', np.zeros((0, 7), dtype='u1'))
            save('b1', np.array([True, False]))
            save('scalar', np.float64(2.5))
            save('deep', np.ones([1] * 32, dtype='i2'))
            save('long', np.arange(100000, dtype='u2'))
            save('fortran', np.asfortranarray(np.arange(24, dtype='>i4').reshape(2, 3, 4)))
            save('record', np.zeros(3, dtype=[('a', '<f4'), ('b', '<i2', (2, 3)), ('t', '<M8[ns]'), ('é', 'U5')]))
            save('padded', np.zeros(2, dtype=np.dtype([('a', 'u1'), ('b', '<f8')], align=True)))
            save('complex', np.zeros(2, dtype='c16'))
            save('text', np.array(['ab', 'c']))
            np.save(d + '/object', np.array([None, {}], dtype=object), allow_pickle=True)
            """
        #expect(try PythonScript.run(script, arguments: [directory.path]).contains("Error") == false)
        func bytes(_ name: String) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: directory.file(name + ".npy"))))
        }
        #expect(NPY.encode([1.5, Double(bitPattern: 0x7FF8 << 48), -2]) == (try bytes("f8")))
        #expect(
            NPY.encode(try NDArray(shape: [2, 3], elements: (0..<6).map(Float.init))) == (try bytes("f4")))
        #expect(NPY.encode(try NDArray(shape: [2, 3, 4], elements: Array(0..<24))) == (try bytes("i8")))
        #expect(NPY.encode(try NDArray(shape: [0, 7], elements: [UInt8]())) == (try bytes("u1")))
        #expect(NPY.encode([true, false]) == (try bytes("b1")))
        #expect(NPY.encode(try NDArray(shape: [], elements: [2.5])) == (try bytes("scalar")))
        let ones = [Int](repeating: 1, count: 32)
        #expect(NPY.encode(try NDArray(shape: ones, elements: [Int16(1)])) == (try bytes("deep")))
        #expect(NPY.encode((0..<100_000).map { UInt16(truncatingIfNeeded: $0) }) == (try bytes("long")))
        let fortran = try Self.decode(bytes("fortran"), as: Int32.self)
        #expect(fortran.shape == [2, 3, 4])
        #expect(fortran.elements == Array(0..<24))
        for name in ["record", "padded", "complex", "text", "fortran", "long", "scalar"] {
            var validator = NPYValidator()
            try bytes(name).withUnsafeBytes { try validator.consume($0) }
            try validator.finish()
        }
        let error = #expect(throws: StemmaError.self) {
            try bytes("object").withUnsafeBytes { try NPYHeader.parse($0) }
        }
        #expect(error?.message.contains("Python objects") == true)
    }
}
