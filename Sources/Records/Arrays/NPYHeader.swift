import StemmaBlobs

/// The header of an npy file (numpy.lib.format, versions 1.0 to 3.0).
package struct NPYHeader: Equatable, Sendable {
    package let dataType: NPYDataType
    package let isFortranOrder: Bool
    package let shape: [Int]
    /// The number of elements.
    package let count: Int
    /// The size of the data, in bytes.
    package let dataSize: Int
    /// Where the data begin, in bytes.
    package let dataOffset: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Magic, version, and the longer of the two forms of the header's length.
    static let prefixSize = 12
    /// No header of a real array is longer; so no file makes a reader wait for gigabytes of header.
    static let maximumSize = 1 << 20

    /// Reads the header from the first bytes of a file, which may be more than the header.
    ///
    /// Throws `malformedNPY` with the offset, also if the header is longer than the bytes.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws -> NPYHeader {
        guard let size = try size(fromPrefix: bytes) else {
            throw StemmaError.malformedNPY("the file ends inside the header", at: bytes.count)
        }
        guard bytes.count >= size else {
            throw StemmaError.malformedNPY(
                "the header ends at byte \(size), the file before", at: bytes.count,
                fields: ["expected": "\(size)", "found": "\(bytes.count)"])
        }
        return try NPYHeader(bytes, from: bytes[6] == 1 ? 10 : 12, to: size)
    }

    /// The size of magic, version, length and header in bytes; `nil` if these are too few to know it.
    ///
    /// Throws `malformedNPY` as soon as the bytes cannot be the beginning of an npy file.
    package static func size(fromPrefix bytes: UnsafeRawBufferPointer) throws -> Int? {
        for (index, byte) in magic.enumerated() where index < bytes.count && bytes[index] != byte {
            throw StemmaError.malformedNPY("the file does not begin with \\x93NUMPY", at: index)
        }
        guard bytes.count >= 8 else { return nil }
        let size: Int
        switch (bytes[6], bytes[7]) {
        case (1, 0):
            guard bytes.count >= 10 else { return nil }
            size = 10 + Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
        case (2, 0), (3, 0):
            guard bytes.count >= 12 else { return nil }
            size = 12 + Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
        default:
            throw StemmaError.malformedNPY(
                "version \(bytes[6]).\(bytes[7]) of the format is not known", at: 6,
                hint: "versions 1.0, 2.0 and 3.0 are read")
        }
        if size > maximumSize {
            throw StemmaError.malformedNPY("the header is longer than \(maximumSize) bytes", at: 8)
        }
        return size
    }

    private init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) throws {
        var reader = PythonLiteralReader(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), origin: start)
        guard case .dictionary(let members) = try reader.read() else {
            throw StemmaError.malformedNPY("the header is not a dictionary", at: start)
        }
        var values: [String: PythonLiteral] = [:]
        for member in members { values[member.key] = member.value }
        guard members.count == 3, let descr = values["descr"], let order = values["fortran_order"],
            let dimensions = values["shape"]
        else {
            let found = members.map { "'\($0.key)'" }.joined(separator: ", ")
            throw StemmaError.malformedNPY(
                "the header needs 'descr', 'fortran_order' and 'shape', and has \(found.isEmpty ? "nothing" : found)",
                at: start)
        }
        guard case .bool(let isFortranOrder) = order else {
            throw StemmaError.malformedNPY("'fortran_order' is neither True nor False", at: start)
        }
        guard case .tuple(let sizes) = dimensions else {
            throw StemmaError.malformedNPY("'shape' is not a tuple", at: start)
        }
        let shape = try sizes.map { size in
            guard case .integer(let size) = size, size >= 0 else {
                throw StemmaError.malformedNPY("'shape' is not made of sizes", at: start)
            }
            return size
        }
        let dataType = try NPYDataType(descr, at: start)
        guard let count = Self.count(ofShape: shape),
            case let (size, overflow) = count.multipliedReportingOverflow(by: dataType.size), !overflow,
            case let (_, isTooLong) = size.addingReportingOverflow(end), !isTooLong
        else {
            throw StemmaError.malformedNPY(
                "the shape \(Self.text(ofShape: shape)) is larger than a file can be", at: start)
        }
        self.init(
            dataType: dataType, isFortranOrder: isFortranOrder, shape: shape, count: count, dataSize: size,
            dataOffset: end)
    }

    private init(
        dataType: NPYDataType, isFortranOrder: Bool, shape: [Int], count: Int, dataSize: Int, dataOffset: Int
    ) {
        self.dataType = dataType
        self.isFortranOrder = isFortranOrder
        self.shape = shape
        self.count = count
        self.dataSize = dataSize
        self.dataOffset = dataOffset
    }

    /// How many elements a shape holds; `nil` if they are more than an `Int` counts or a size is negative.
    static func count(ofShape shape: [Int]) -> Int? {
        if shape.contains(where: { $0 < 0 }) { return nil }
        // Nothing, however large the other sizes.
        if shape.contains(0) { return 0 }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            count = product
        }
        return count
    }

    /// A shape as Python writes it: `(3, 4)`, `(5,)`, `()`.
    static func text(ofShape shape: [Int]) -> String {
        "(\(shape.map(String.init).joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
    }
}
