import StemmaBlobs
import StemmaRecords

extension FunctionRecord {
    /// The blob: canonical JSON and a newline.
    package var blob: [UInt8] {
        let parameters = self.parameters.map {
            JSONValue.object(JSONObject([("name", .string($0.name)), ("type", .string($0.type))]))
        }
        var members: [(String, JSONValue)] = [
            ("kind", "function"), ("language", .string(language)), ("module", .string(module)),
            ("name", .string(name)), ("outputs", .array(outputs.map(JSONValue.string))),
            ("parameters", .array(parameters)),
        ]
        switch basis {
        case .stated(let version): members.append(("version", .string(version)))
        case .derived(let parts): members.append(("parts", .array(parts.map(\.json))))
        }
        return JSONValue.object(JSONObject(members)).printed + [0x0A]
    }

    /// Reads the blob.
    ///
    /// Throws `.invalidLineage`.
    package init(blob bytes: [UInt8]) throws {
        self = try StemmaError.readingLineage { try Self(parsing: bytes) }
    }

    private init(parsing bytes: [UInt8]) throws {
        let reader = try LineageReader(bytes.withUnsafeBytes { try JSONParser.parse($0) })
        guard try reader.string("kind") == "function" else {
            throw StemmaError.invalidLineage("'kind' is not \"function\"")
        }
        let basis: Basis =
            if let stated = try reader.optionalString("version") {
                .stated(version: stated)
            } else {
                .derived(
                    try reader.array("parts").map { item in
                        let part = try LineageReader(item)
                        return Part(
                            kind: try part.string("kind"), name: try part.string("name"),
                            digest: try part.digest("digest"))
                    })
            }
        self.init(
            language: try reader.string("language"), module: try reader.string("module"),
            name: try reader.string("name"), basis: basis,
            parameters: try reader.array("parameters").map { item in
                let parameter = try LineageReader(item)
                return Parameter(name: try parameter.string("name"), type: try parameter.string("type"))
            },
            outputs: try reader.array("outputs").map { item in
                guard let type = item.asString else {
                    throw StemmaError.invalidLineage("'outputs' has something else than strings")
                }
                return type
            })
    }
}

extension FunctionRecord.Part {
    fileprivate var json: JSONValue {
        .object(
            JSONObject([("digest", .string(digest.hex)), ("kind", .string(kind)), ("name", .string(name))]))
    }
}
