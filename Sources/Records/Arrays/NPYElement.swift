/// A type whose arrays are stored as npy, their bytes in memory being those of the file.
///
/// The numeric types of the standard library are; other types do not conform.
public protocol NPYElement: BitwiseCopyable, Equatable, Sendable {
    /// The type as npy names it.
    static var npyType: NPYType { get }
}

extension Double: NPYElement {
    /// NumPy's `float64`.
    public static var npyType: NPYType { NPYType(.float, size: 8) }
}
extension Float: NPYElement {
    /// NumPy's `float32`.
    public static var npyType: NPYType { NPYType(.float, size: 4) }
}
extension Int8: NPYElement {
    /// NumPy's `int8`.
    public static var npyType: NPYType { NPYType(.integer, size: 1) }
}
extension Int16: NPYElement {
    /// NumPy's `int16`.
    public static var npyType: NPYType { NPYType(.integer, size: 2) }
}
extension Int32: NPYElement {
    /// NumPy's `int32`.
    public static var npyType: NPYType { NPYType(.integer, size: 4) }
}
extension Int64: NPYElement {
    /// NumPy's `int64`.
    public static var npyType: NPYType { NPYType(.integer, size: 8) }
}
extension Int: NPYElement {
    /// NumPy's signed integer of the machine's word.
    public static var npyType: NPYType { NPYType(.integer, size: MemoryLayout<Int>.size) }
}
extension UInt8: NPYElement {
    /// NumPy's `uint8`.
    public static var npyType: NPYType { NPYType(.unsigned, size: 1) }
}
extension UInt16: NPYElement {
    /// NumPy's `uint16`.
    public static var npyType: NPYType { NPYType(.unsigned, size: 2) }
}
extension UInt32: NPYElement {
    /// NumPy's `uint32`.
    public static var npyType: NPYType { NPYType(.unsigned, size: 4) }
}
extension UInt64: NPYElement {
    /// NumPy's `uint64`.
    public static var npyType: NPYType { NPYType(.unsigned, size: 8) }
}
extension UInt: NPYElement {
    /// NumPy's unsigned integer of the machine's word.
    public static var npyType: NPYType { NPYType(.unsigned, size: MemoryLayout<UInt>.size) }
}
extension Bool: NPYElement {
    /// NumPy's `bool`.
    public static var npyType: NPYType { NPYType(.boolean, size: 1) }
}
