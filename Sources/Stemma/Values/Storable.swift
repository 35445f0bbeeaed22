import StemmaBlobs
import StemmaRecords

/// A value that can be the payload of a record.
///
/// `[Double]`, `[Float]`, integers and `Bool` arrays and `NDArray` are stored as npy, `Data` as it is;
/// every other `Codable` type is stored as canonical JSON without conforming to this.
public protocol Storable: Sendable {
    /// The format of the payload.
    static var payloadFormat: PayloadFormat { get }

    /// The payload, exactly. A value that has no exact form throws.
    func payload() throws -> [UInt8]

    /// Reads the payload back.
    init(payload: [UInt8]) throws
}

extension Array: Storable where Element: NPYElement {
    /// NumPy's format.
    public static var payloadFormat: PayloadFormat { .npy }

    /// npy, one dimension, little endian.
    public func payload() throws -> [UInt8] { NPY.encode(self) }

    /// Throws `.typeMismatch` for another dtype, or more than one dimension.
    public init(payload: [UInt8]) throws {
        self = try payload.withUnsafeBytes { try NPY.decode([Element].self, from: $0) }
    }
}

extension NDArray: Storable {
    /// NumPy's format.
    public static var payloadFormat: PayloadFormat { .npy }

    /// npy, C order, little endian, with the array's shape.
    public func payload() throws -> [UInt8] { NPY.encode(self) }

    /// Throws `.typeMismatch` for another dtype.
    public init(payload: [UInt8]) throws {
        self = try payload.withUnsafeBytes { try NPY.decode(NDArray<Element>.self, from: $0) }
    }
}
