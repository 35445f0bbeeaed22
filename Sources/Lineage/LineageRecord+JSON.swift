import StemmaBlobs
import StemmaRecords

extension LineageRecord {
    /// The blob: canonical JSON and a newline.
    package var blob: [UInt8] { json.printed + [0x0A] }

    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("constants", .array(constants.map(\.json))), ("inputs", .array(inputs.map(\.json))),
            ("kind", "lineage"), ("outputs", .array(outputs.map(\.json))),
        ]
        if let keys { members.append(("keys", keys.json)) }
        switch origin {
        case .call(let function, let invocation):
            members += [("function", function.json), ("invocation", .string(invocation.hex))]
        case .edit(let reason):
            members.append(("note", .string(reason)))
        }
        return .object(JSONObject(members))
    }

    /// Reads the blob.
    ///
    /// Throws `.invalidLineage`.
    package init(blob bytes: [UInt8]) throws {
        self = try StemmaError.readingLineage { try Self(parsing: bytes) }
    }

    private init(parsing bytes: [UInt8]) throws {
        let document = try bytes.withUnsafeBytes { try JSONParser.parse($0) }
        let reader = try LineageReader(document)
        guard try reader.string("kind") == "lineage" else {
            throw StemmaError.invalidLineage("'kind' is not \"lineage\"")
        }
        let origin: Origin
        if let note = try reader.optionalString("note") {
            origin = .edit(reason: note)
        } else {
            let function = try LineageReader(reader.required("function"))
            origin = .call(
                Function(
                    name: try function.string("name"), language: try function.string("language"),
                    identity: try function.digest("identity"),
                    untracked: try function.optionalArray("untracked").map { item in
                        let package = try LineageReader(item)
                        return Package(
                            name: try package.string("name"), version: try package.string("version"))
                    }),
                invocation: try reader.digest("invocation"))
        }
        self.init(
            origin: origin,
            inputs: try reader.array("inputs").map { item in
                let input = try LineageReader(item)
                return Input(
                    name: try input.string("name"), position: try input.count("position"),
                    format: PayloadFormat(rawValue: try input.string("format")),
                    content: try input.digest("content"),
                    variable: try input.optionalString("variable"),
                    keys: try input["keys"].map { try Keys(json: $0, what: "keys") },
                    version: try input["version"].map { try Version(json: $0, what: "version") },
                    lineage: try input.optionalDigest("lineage"),
                    isWhole: try input.flag("whole"))
            },
            constants: try reader.array("constants").map { item in
                let constant = try LineageReader(item)
                let value: Constant.Value =
                    if let inline = constant["value"] {
                        .inline(inline)
                    } else {
                        .blob(
                            digest: try constant.digest("digest"),
                            format: PayloadFormat(rawValue: try constant.string("format")),
                            preview: try constant.string("preview"))
                    }
                return Constant(
                    name: try constant.string("name"), position: try constant.count("position"),
                    type: try constant.string("type"), value: value)
            },
            keys: try reader["keys"].map { try Keys(json: $0, what: "keys") },
            outputs: try reader.array("outputs").map { item in
                let output = try LineageReader(item)
                return Output(
                    format: PayloadFormat(rawValue: try output.string("format")),
                    digest: try output.digest("digest"),
                    size: try output.count("size"), value: output["value"],
                    schema: try output.optionalString("schema").map { try SchemaVersion($0) })
            })
    }
}

extension LineageRecord.Function {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("identity", .string(identity.hex)), ("language", .string(language)), ("name", .string(name)),
        ]
        if !untracked.isEmpty { members.append(("untracked", .array(untracked.map(\.json)))) }
        return .object(JSONObject(members))
    }
}

extension LineageRecord.Package {
    fileprivate var json: JSONValue {
        .object(JSONObject([("name", .string(name)), ("version", .string(version))]))
    }
}

extension LineageRecord.Input {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("content", .string(content.hex)), ("format", .string(format.rawValue)), ("name", .string(name)),
            ("position", .number(Double(position))),
        ]
        if let variable { members.append(("variable", .string(variable))) }
        if let keys { members.append(("keys", keys.json)) }
        if let version, !version.isEmpty { members.append(("version", version.json)) }
        if isWhole { members.append(("whole", true)) }
        if let lineage { members.append(("lineage", .string(lineage.hex))) }
        return .object(JSONObject(members))
    }
}

extension LineageRecord.Output {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("digest", .string(digest.hex)), ("format", .string(format.rawValue)),
            ("size", .number(Double(size))),
        ]
        if let value { members.append(("value", value)) }
        if let schema { members.append(("schema", .string(schema.description))) }
        return .object(JSONObject(members))
    }
}

extension LineageRecord.Constant {
    package var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", .string(name)), ("position", .number(Double(position))), ("type", .string(type)),
        ]
        switch value {
        case .inline(let value): members.append(("value", value))
        case .blob(let digest, let format, let preview):
            members += [
                ("digest", .string(digest.hex)), ("format", .string(format.rawValue)),
                ("preview", .string(preview)),
            ]
        }
        return .object(JSONObject(members))
    }
}
