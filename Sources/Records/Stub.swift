import StemmaBlobs
public struct PayloadFormat: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let json = Self(rawValue: "json")
    public static let npy = Self(rawValue: "npy")
    public static let csv = Self(rawValue: "csv")
    public static let bytes = Self(rawValue: "bytes")
}
public protocol NPYElement: Sendable, Equatable {}
extension Double: NPYElement {}
extension Float: NPYElement {}
public struct NDArray<Element: NPYElement>: Sendable { }
package enum NPY { package static func encode<T>(_ x: T) throws -> [UInt8] { [] }
 package static func decode<T>(_ t: T.Type, from: [UInt8]) throws -> T { throw StemmaError(.corrupt, "") } }
package protocol PayloadValidator { mutating func consume(_ b: UnsafeRawBufferPointer) throws; mutating func finish() throws }
package struct NPYValidator: PayloadValidator { package init() {}
 package mutating func consume(_ b: UnsafeRawBufferPointer) throws {}
 package mutating func finish() throws {} }
package struct CSVValidator: PayloadValidator { package init() {}
 package mutating func consume(_ b: UnsafeRawBufferPointer) throws {}
 package mutating func finish() throws {} }
