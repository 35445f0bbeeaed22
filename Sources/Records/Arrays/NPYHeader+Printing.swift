import Synchronization

extension NPYHeader {
    /// The header that was written last: most arrays of a data set have one shape, and the text of a header takes
    /// longer to make than a small array to copy.
    private static let last = Mutex<(type: NPYType, shape: [Int], bytes: [UInt8])?>(nil)

    /// The header of an array in C order, byte by byte as numpy writes it, in version 1.0, or 2.0 if it is too long.
    static func bytes(of type: NPYType, shape: [Int]) -> [UInt8] {
        if let last = last.withLock({ $0 }), last.type == type, last.shape == shape { return last.bytes }
        let bytes = printed(type, shape)
        last.withLock { $0 = (type, shape, bytes) }
        return bytes
    }

    private static func printed(_ type: NPYType, _ shape: [Int]) -> [UInt8] {
        var text = "{'descr': '\(type.descr)', 'fortran_order': False, 'shape': \(text(ofShape: shape)), }"
        // numpy leaves room for the first size to grow in place to the 21 digits that 64 bits can have.
        if let first = shape.first {
            text += String(repeating: " ", count: max(0, 21 - String(first).utf8.count))
        }
        let fitsVersion1 = paddedSize(prefix: 10, text: text) - 10 <= UInt16.max
        let prefix = fitsVersion1 ? 10 : 12
        let size = paddedSize(prefix: prefix, text: text)

        var bytes = magic
        bytes.reserveCapacity(size)
        bytes.append(fitsVersion1 ? 1 : 2)
        bytes.append(0)
        let length = size - prefix
        for shift in stride(from: 0, to: fitsVersion1 ? 16 : 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        bytes.append(contentsOf: text.utf8)
        bytes.append(contentsOf: repeatElement(0x20, count: size - bytes.count - 1))
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The size of the whole with its line end and at least one space, so that the data are aligned to 64 bytes.
    private static func paddedSize(prefix: Int, text: String) -> Int {
        let size = prefix + text.utf8.count + 1
        return size + 64 - size % 64
    }
}
