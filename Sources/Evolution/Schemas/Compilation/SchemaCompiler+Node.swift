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

    // MARK: Keywords that look at the value alone

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

    // MARK: Keywords that apply schemas to the same value

    private mutating func logic(_ reader: SchemaReader, _ inPlace: inout [Int]) throws -> [any Applicator] {
        var applicators: [any Applicator] = []
        let all = indices(of: try reader.schemas("allOf"))
        if !all.isEmpty { applicators.append(AllApplicator(schemas: all)) }
        let any = indices(of: try reader.schemas("anyOf"))
        if !any.isEmpty { applicators.append(AnyApplicator(schemas: any)) }
        let one = indices(of: try reader.schemas("oneOf"))
        if !one.isEmpty { applicators.append(OneApplicator(schemas: one)) }
        inPlace += all + any + one
        if let not = index(of: reader.schema("not")) {
            applicators.append(NotApplicator(schema: not))
            inPlace.append(not)
        }
        // Without `if` the other two mean nothing.
        if let condition = index(of: reader.schema("if")) {
            let consequence = index(of: reader.schema("then"))
            let alternative = index(of: reader.schema("else"))
            applicators.append(
                ConditionApplicator(condition: condition, consequence: consequence, alternative: alternative))
            inPlace += [condition, consequence, alternative].compactMap(\.self)
        }
        let dependent = try reader.namedSchemas("dependentSchemas").map { ($0.name, index(of: $0.location)) }
        if !dependent.isEmpty { applicators.append(DependentSchemasApplicator(schemas: dependent)) }
        inPlace += dependent.map(\.1)
        return applicators
    }

    private mutating func indices(of locations: [Location]) -> [Int] { locations.map { index(of: $0) } }

    private mutating func index(of location: Location?) -> Int? { location.map { index(of: $0) } }

    // MARK: Keywords that apply schemas to parts of the value, and patterns

    private mutating func parts(_ reader: SchemaReader) throws -> [any Applicator] {
        var applicators: [any Applicator] = []
        if let source = try reader.string("pattern") {
            applicators.append(PatternApplicator(pattern: try pattern(source, at: reader.pointer("pattern"))))
        }
        let prefix = indices(of: try reader.schemas("prefixItems"))
        let rest = index(of: reader.schema("items"))
        if !prefix.isEmpty || rest != nil {
            applicators.append(ElementsApplicator(prefix: prefix, rest: rest))
        }
        if let contained = index(of: reader.schema("contains")) {
            applicators.append(
                ContainsApplicator(
                    schema: contained, minimum: try reader.count("minContains"),
                    maximum: try reader.count("maxContains")))
        }
        if let names = index(of: reader.schema("propertyNames")) {
            applicators.append(NamesApplicator(names: names))
        }
        let properties = try reader.namedSchemas("properties").map { ($0.name, index(of: $0.location)) }
        let patterns = try reader.namedSchemas("patternProperties").map { source, location in
            (try pattern(source, at: location.pointer), index(of: location))
        }
        let additional = index(of: reader.schema("additionalProperties"))
        if !properties.isEmpty || !patterns.isEmpty || additional != nil {
            applicators.append(
                MembersApplicator(properties: properties, patterns: patterns, additional: additional))
        }
        return applicators
    }

    private func pattern(_ source: String, at pointer: JSONPointer) throws -> Pattern {
        do {
            return try Pattern(source)
        } catch {
            throw StemmaError.invalidSchema(
                "'\(StemmaError.printable(source))' is not a regular expression: \(error.reason)", at: pointer
            )
        }
    }

    private mutating func unevaluated(_ reader: SchemaReader) throws -> [any Applicator] {
        var applicators: [any Applicator] = []
        for kind in [UnevaluatedApplicator.Kind.unevaluatedItems, .unevaluatedProperties] {
            if let schema = index(of: reader.schema(kind.rawValue)) {
                applicators.append(UnevaluatedApplicator(kind: kind, schema: schema))
            }
        }
        return applicators
    }
}
