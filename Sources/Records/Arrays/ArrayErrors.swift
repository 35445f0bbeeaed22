import StemmaBlobs

extension StemmaError.Code {
    /// Bytes are not an npy file (numpy.lib.format); `fields` has `offset`.
    public static let malformedNPY = Self("malformed-npy")
    /// Bytes are not a CSV file (RFC 4180); `fields` has `line`.
    public static let malformedCSV = Self("malformed-csv")
    /// A payload holds another type or another number of dimensions than was asked for.
    public static let typeMismatch = Self("type-mismatch")
    /// The number of elements is not what the shape says.
    public static let shapeMismatch = Self("shape-mismatch")
}

extension StemmaError {
    static func malformedNPY(
        _ problem: String, at offset: Int, hint: String? = nil, fields: [String: String] = [:]
    ) -> StemmaError {
        var fields = fields
        fields["offset"] = "\(offset)"
        return StemmaError(
            .malformedNPY, "malformed npy at byte \(offset): \(problem)", hint: hint, fields: fields)
    }

    /// The data after an npy header are not as many as the header says.
    static func wrongNPYSize(expected: Int, found: String, at offset: Int) -> StemmaError {
        malformedNPY(
            "the header describes \(expected) bytes of data, found \(found)", at: offset,
            fields: ["expected": "\(expected)", "found": found])
    }

    static func malformedCSV(
        _ problem: String, line: Int, hint: String? = nil, fields: [String: String] = [:]
    ) -> StemmaError {
        var fields = fields
        fields["line"] = "\(line)"
        return StemmaError(
            .malformedCSV, "malformed csv at line \(line): \(problem)",
            hint: hint ?? "format bytes stores any file as it is", fields: fields)
    }

    static func elementTypeMismatch(expected: NPYType, found: String) -> StemmaError {
        StemmaError(
            .typeMismatch,
            "the array has elements of type \(found), not \(expected.descr) (\(expected.swiftName))",
            hint: "elements are not converted silently: load them as they are, then convert",
            fields: ["expected": expected.descr, "found": found])
    }

    static func dimensionMismatch(shape: [Int]) -> StemmaError {
        let shape = NPYHeader.text(ofShape: shape)
        return StemmaError(
            .typeMismatch, "the array has the shape \(shape), not one dimension",
            hint: "load it as an NDArray", fields: ["shape": shape])
    }

    static func shapeMismatch(shape: [Int], count: Int) -> StemmaError {
        let shape = NPYHeader.text(ofShape: shape)
        return StemmaError(
            .shapeMismatch, "the shape \(shape) does not hold \(count) elements",
            fields: ["shape": shape, "found": "\(count)"])
    }
}
