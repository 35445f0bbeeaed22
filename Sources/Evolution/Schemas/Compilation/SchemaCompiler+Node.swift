import StemmaBlobs
import StemmaRecords

extension SchemaCompiler {
    /// Compiles a schema that is an object.
    mutating func node(of reader: SchemaReader, in resource: Int) throws -> SchemaNode {
        var inPlace: [Int] = []
        var applicators = try references(reader, in: resource, &inPlace)
        applicators += try logic(reader, &inPlace)
        applicators += try parts(reader)
        let unevaluated = try unevaluated(reader)
        return SchemaNode(
            location: reader.location.pointer, resource: resource, assertions: try assertions(reader),
            applicators: applicators + unevaluated, isTracking: !unevaluated.isEmpty, inPlace: inPlace)
    }

    /// Keywords that look at the value alone.
    private func assertions(_ reader: SchemaReader) throws -> [any Assertion] {
        var assertions: [any Assertion] = []
        if let types = try types(reader) { assertions.append(TypeAssertion(types)) }
        if let constant = reader.schema["const"] { assertions.append(ConstAssertion(constant: constant)) }
        if let values = try reader.array("enum") { assertions.append(EnumAssertion(values: values)) }
        for kind in BoundAssertion.Kind.allCases {
            if let bound = try reader.number(kind.rawValue) {
                assertions.append(BoundAssertion(kind: kind, bound: bound))
            }
        }
        if let divisor = try reader.number("multipleOf") {
            guard divisor > 0 else {
                throw StemmaError.invalidSchema(
                    "'multipleOf' is not positive", at: reader.pointer("multipleOf"))
            }
            assertions.append(MultipleAssertion(divisor))
        }
        for kind in SizeAssertion.Kind.allCases {
            if let bound = try reader.count(kind.rawValue) {
                assertions.append(SizeAssertion(kind: kind, bound: bound))
            }
        }
        if try reader.flag("uniqueItems") == true { assertions.append(UniqueAssertion()) }
        if let names = try reader.strings("required"), !names.isEmpty {
            assertions.append(RequiredAssertion(names: names))
        }
        if let dependencies = try reader.object("dependentRequired"), !dependencies.isEmpty {
            assertions.append(try dependentRequired(dependencies, reader))
        }
        if assertsFormats, let name = try reader.string("format"), let format = StringFormat(rawValue: name) {
            assertions.append(FormatAssertion(format: format))
        }
        return assertions
    }

    private func types(_ reader: SchemaReader) throws -> [InstanceType]? {
        let names: [String]
        switch reader.schema["type"] {
        case nil: return nil
        case .string(let name): names = [name]
        default: names = try reader.strings("type") ?? []
        }
        return try names.map { name in
            if let type = InstanceType(rawValue: name) { return type }
            throw StemmaError.invalidSchema(
                "there is no type '\(StemmaError.printable(name))'", at: reader.pointer("type"))
        }
    }

    private func dependentRequired(
        _ dependencies: JSONObject, _ reader: SchemaReader
    ) throws -> DependentRequiredAssertion {
        DependentRequiredAssertion(
            names: try dependencies.map { name, value in
                guard case .array(let required) = value else {
                    throw StemmaError.invalidSchema(
                        "'dependentRequired' takes arrays", at: reader.pointer("dependentRequired"))
                }
                return (name, try reader.strings(required, "dependentRequired"))
            })
    }
}
