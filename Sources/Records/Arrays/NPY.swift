import StemmaBlobs

/// Arrays to npy files and back.
package enum NPY {
    /// An npy file of one dimension, little endian, byte by byte as numpy writes it.
    package static func encode<Element: NPYElement>(_ elements: [Element]) -> [UInt8] {
        encode(elements, shape: [elements.count])
    }

    /// An npy file in C order, little endian, byte by byte as numpy writes it.
    package static func encode<Element: NPYElement>(_ array: NDArray<Element>) -> [UInt8] {
        encode(array.elements, shape: array.shape)
    }

    /// Reads an array of one dimension.
    ///
    /// Throws `malformedNPY`, or `typeMismatch` if the elements are of another type or the dimensions more or less.
    package static func decode<Element: NPYElement>(
        _ type: [Element].Type = [Element].self, from bytes: UnsafeRawBufferPointer
    ) throws -> [Element] {
        let header = try NPYHeader.parse(bytes)
        let elements: [Element] = try self.elements(of: header, in: bytes)
        guard header.shape.count == 1 else { throw StemmaError.dimensionMismatch(shape: header.shape) }
        return elements
    }

    /// Reads an array of any shape; one in Fortran order is put in C order, one in big endian is turned.
    ///
    /// Throws `malformedNPY`, or `typeMismatch` if the elements are of another type.
    package static func decode<Element: NPYElement>(
        _ type: NDArray<Element>.Type = NDArray<Element>.self, from bytes: UnsafeRawBufferPointer
    ) throws -> NDArray<Element> {
        let header = try NPYHeader.parse(bytes)
        return try NDArray(shape: header.shape, elements: elements(of: header, in: bytes))
    }

    private static func encode<Element: NPYElement>(_ elements: [Element], shape: [Int]) -> [UInt8] {
        let header = NPYHeader.bytes(of: Element.npyType, shape: shape)
        return elements.withUnsafeBytes { data in
            [UInt8](unsafeUninitializedCapacity: header.count + data.count) { buffer, count in
                let file = UnsafeMutableRawBufferPointer(buffer)
                header.withUnsafeBytes { file.copyMemory(from: $0) }
                let target = UnsafeMutableRawBufferPointer(rebasing: file[header.count...])
                target.copyMemory(from: data)
                #if _endian(big)
                    swapBytes(of: target, size: Element.npyType.size)
                #endif
                count = header.count + data.count
            }
        }
    }

    private static func elements<Element: NPYElement>(
        of header: NPYHeader, in bytes: UnsafeRawBufferPointer
    ) throws -> [Element] {
        let found = bytes.count - header.dataOffset
        if found != header.dataSize {
            throw StemmaError.wrongNPYSize(
                expected: header.dataSize, found: "\(found)",
                at: found > header.dataSize ? header.dataOffset + header.dataSize : bytes.count)
        }
        guard header.dataType.element == Element.npyType, MemoryLayout<Element>.stride == header.dataType.size
        else {
            throw StemmaError.elementTypeMismatch(expected: Element.npyType, found: header.dataType.descr)
        }
        let data = UnsafeRawBufferPointer(rebasing: bytes[header.dataOffset...])
        if Element.npyType.kind == .boolean, let place = data.firstIndex(where: { $0 > 1 }) {
            throw StemmaError.malformedNPY(
                "the boolean is \(data[place]), neither 0 nor 1", at: header.dataOffset + place)
        }
        let elements = [Element](unsafeUninitializedCapacity: header.count) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            target.copyMemory(from: data)
            #if _endian(big)
                let isForeign = !header.dataType.isBigEndian
            #else
                let isForeign = header.dataType.isBigEndian
            #endif
            if isForeign {
                swapBytes(
                    of: UnsafeMutableRawBufferPointer(rebasing: target[..<data.count]),
                    size: header.dataType.size)
            }
            count = header.count
        }
        return header.isFortranOrder && header.shape.count > 1
            ? inCOrder(elements, shape: header.shape) : elements
    }

    private static func swapBytes(of data: UnsafeMutableRawBufferPointer, size: Int) {
        switch size {
        case 2: swapBytes(of: data, as: UInt16.self)
        case 4: swapBytes(of: data, as: UInt32.self)
        case 8: swapBytes(of: data, as: UInt64.self)
        default: break
        }
    }

    private static func swapBytes<Word: FixedWidthInteger & BitwiseCopyable>(
        of data: UnsafeMutableRawBufferPointer, as type: Word.Type
    ) {
        for offset in stride(from: 0, to: data.count, by: MemoryLayout<Word>.size) {
            let word = data.loadUnaligned(fromByteOffset: offset, as: Word.self)
            data.storeBytes(of: word.byteSwapped, toByteOffset: offset, as: Word.self)
        }
    }

    /// Puts elements whose first index runs fastest in the order in which the last one does.
    private static func inCOrder<Element: NPYElement>(_ elements: [Element], shape: [Int]) -> [Element] {
        guard let last = shape.last, !elements.isEmpty else { return elements }
        let lastStride = elements.count / last
        var index = [Int](repeating: 0, count: shape.count)
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        while result.count < elements.count {
            var start = 0
            var stride = 1
            for (size, step) in zip(shape.dropLast(), index) {
                start += step * stride
                stride *= size
            }
            for step in 0..<last { result.append(elements[start + step * lastStride]) }
            var axis = shape.count - 2
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}
