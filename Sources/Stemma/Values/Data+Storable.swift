import FoundationEssentials
import StemmaRecords

extension Data: Storable {
    /// The bytes as they are.
    public static var payloadFormat: PayloadFormat { .bytes }

    /// The bytes as they are.
    public func payload() throws -> [UInt8] { Array(self) }
    /// The bytes as they are.
    public init(payload: [UInt8]) throws { self.init(payload) }
}

extension Data: PlainValue {}
extension Date: PlainValue {}
extension UUID: PlainValue {}
extension URL: PlainValue {}
extension Decimal: PlainValue {}
