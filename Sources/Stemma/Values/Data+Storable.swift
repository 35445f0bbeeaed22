import FoundationEssentials
import StemmaRecords

extension Data: Storable {
    public static var payloadFormat: PayloadFormat { .bytes }

    /// The bytes as they are.
    public func payload() throws -> [UInt8] { Array(self) }
    public init(payload: [UInt8]) throws { self.init(payload) }
}
