import StemmaBlobs
import StemmaRecords

/// What the identity of a function is made of: an immutable JSON blob, whose digest is the identity.
package struct FunctionRecord: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        package let name: String
        package let type: String

        package init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    package var language: String
    package var module: String
    package var name: String
    /// The identity that the programmer states by hand.
    package var version: String
    package var parameters: [Parameter]
    /// The types that it returns, in order.
    package var outputs: [String]

    package init(
        language: String, module: String, name: String, version: String, parameters: [Parameter],
        outputs: [String]
    ) {
        self.language = language
        self.module = module
        self.name = name
        self.version = version
        self.parameters = parameters
        self.outputs = outputs
    }

    /// The blob: canonical JSON and a newline.
    package var blob: [UInt8] {
        let parameters = self.parameters.map {
            JSONValue.object(JSONObject([("name", .string($0.name)), ("type", .string($0.type))]))
        }
        return JSONValue.object(
            JSONObject([
                ("kind", "function"), ("language", .string(language)), ("module", .string(module)),
                ("name", .string(name)), ("outputs", .array(outputs.map(JSONValue.string))),
                ("parameters", .array(parameters)),
                ("version", .string(version)),
            ])
        ).printed + [0x0A]
    }
}
