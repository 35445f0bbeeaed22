import StemmaBlobs

/// Checks the bytes of a payload while they stream by, in constant memory.
package protocol PayloadValidator {
    /// Checks the next bytes; throws as soon as no further bytes could make the payload valid.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) throws
    /// Says that there are no more bytes; throws if the payload is not complete.
    mutating func finish() throws
}

/// Checks an npy file: its header, and that as many bytes follow as that says.
///
/// Any type and order of elements that numpy stores without pickle will do.
package struct NPYValidator: PayloadValidator {
    /// The beginning of the file, until the header is whole.
    private var beginning: [UInt8] = []
    private var seen = 0

    /// The header, once it has gone by.
    package private(set) var header: NPYHeader?

    package init() {}

    /// Checks the next bytes; throws `malformedNPY` as soon as no further bytes could make the file valid.
    package mutating func consume(_ bytes: UnsafeRawBufferPointer) throws {
        if header == nil {
            var rest = bytes
            while header == nil, !rest.isEmpty {
                let wanted = try size() - beginning.count
                beginning.append(contentsOf: rest.prefix(wanted))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(wanted))
                if beginning.count == (try size()) {
                    header = try beginning.withUnsafeBytes { try NPYHeader.parse($0) }
                    beginning = []
                }
            }
        }
        seen += bytes.count
        if let header, seen - header.dataOffset > header.dataSize {
            throw StemmaError.wrongNPYSize(
                expected: header.dataSize, found: "more", at: header.dataOffset + header.dataSize)
        }
    }

    /// Throws `malformedNPY` if the file ended too early.
    package mutating func finish() throws {
        guard let header else {
            throw StemmaError.malformedNPY("the file ends inside the header", at: seen)
        }
        if seen - header.dataOffset < header.dataSize {
            throw StemmaError.wrongNPYSize(
                expected: header.dataSize, found: "\(seen - header.dataOffset)", at: seen)
        }
    }

    /// How many bytes are needed to know the header's size, or that size, once it is known.
    private func size() throws -> Int {
        try beginning.withUnsafeBytes { try NPYHeader.size(fromPrefix: $0) }
            ?? (beginning.count < 10 ? 10 : NPYHeader.prefixSize)
    }
}
