/// A type whose arrays are stored as npy, their bytes in memory being those of the file.
///
/// The numeric types of the standard library are; other types do not conform.
public protocol NPYElement: BitwiseCopyable, Equatable, Sendable {
    /// The type as npy names it.
    static var npyType: NPYType { get }
}

extension Double: NPYElement { public static var npyType: NPYType { NPYType(.float, size: 8) } }
extension Float: NPYElement { public static var npyType: NPYType { NPYType(.float, size: 4) } }
extension Int8: NPYElement { public static var npyType: NPYType { NPYType(.integer, size: 1) } }
extension Int16: NPYElement { public static var npyType: NPYType { NPYType(.integer, size: 2) } }
extension Int32: NPYElement { public static var npyType: NPYType { NPYType(.integer, size: 4) } }
extension Int64: NPYElement { public static var npyType: NPYType { NPYType(.integer, size: 8) } }
extension Int: NPYElement {
    /// NumPy's signed integer of the machine's word.
    public static var npyType: NPYType { NPYType(.integer, size: MemoryLayout<Int>.size) }
}
extension UInt8: NPYElement { public static var npyType: NPYType { NPYType(.unsigned, size: 1) } }
extension UInt16: NPYElement { public static var npyType: NPYType { NPYType(.unsigned, size: 2) } }
extension UInt32: NPYElement { public static var npyType: NPYType { NPYType(.unsigned, size: 4) } }
extension UInt64: NPYElement { public static var npyType: NPYType { NPYType(.unsigned, size: 8) } }
extension UInt: NPYElement {
    /// NumPy's unsigned integer of the machine's word.
    public static var npyType: NPYType { NPYType(.unsigned, size: MemoryLayout<UInt>.size) }
}
extension Bool: NPYElement { public static var npyType: NPYType { NPYType(.boolean, size: 1) } }
