extension SeededGenerator {
    /// Bytes that compress about as well as measurements do: half of them are random.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = next()
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
            bytes += [0x40, 0, 0, 0x3F]
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
