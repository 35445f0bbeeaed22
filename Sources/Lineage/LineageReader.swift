import StemmaBlobs
import StemmaRecords

/// Takes members of an object, with an error that names the one that is wrong.
struct LineageReader {
    private let object: JSONObject

    init(_ value: JSONValue) throws {
        guard case .object(let object) = value else {
            throw StemmaError.invalidLineage("a part is not an object")
        }
        self.object = object
    }

    subscript(name: String) -> JSONValue? { object[name] }

    func optionalString(_ name: String) throws -> String? { try object[name] == nil ? nil : string(name) }

    func optionalDigest(_ name: String) throws -> Digest? { try object[name] == nil ? nil : digest(name) }

    func optionalArray(_ name: String) throws -> [JSONValue] { try object[name] == nil ? [] : array(name) }

    /// False when it is not there.
    func flag(_ name: String) throws -> Bool {
        switch object[name] {
        case nil: return false
        case .bool(let value)?: return value
        default: throw StemmaError.invalidLineage("'\(name)' is neither true nor false")
        }
    }

    func required(_ name: String) throws -> JSONValue {
        guard let value = object[name] else { throw StemmaError.invalidLineage("'\(name)' is missing") }
        return value
    }

    func string(_ name: String) throws -> String {
        guard case .string(let text) = try required(name) else {
            throw StemmaError.invalidLineage("'\(name)' is not a string")
        }
        return text
    }

    func count(_ name: String) throws -> Int {
        guard case .number(let number) = try required(name), let count = Int(exactly: number), count >= 0
        else {
            throw StemmaError.invalidLineage("'\(name)' is not a count")
        }
        return count
    }

    func digest(_ name: String) throws -> Digest {
        guard let digest = Digest(hex: try string(name)) else {
            throw StemmaError.invalidLineage("'\(name)' is not a digest")
        }
        return digest
    }

    func array(_ name: String) throws -> [JSONValue] {
        guard case .array(let array) = try required(name) else {
            throw StemmaError.invalidLineage("'\(name)' is not a list")
        }
        return array
    }
}
