import StemmaBlobs
import StemmaRecords

extension SchemaCompiler {
    /// Keywords that apply schemas to the same value.
    mutating func logic(_ reader: SchemaReader, _ inPlace: inout [Int]) throws -> [any Applicator] {
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

    /// Keywords that apply schemas to parts of the value, and patterns.
    mutating func parts(_ reader: SchemaReader) throws -> [any Applicator] {
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

    /// Keywords that ask what others were applied to.
    mutating func unevaluated(_ reader: SchemaReader) throws -> [any Applicator] {
        var applicators: [any Applicator] = []
        for kind in [UnevaluatedApplicator.Kind.unevaluatedItems, .unevaluatedProperties] {
            if let schema = index(of: reader.schema(kind.rawValue)) {
                applicators.append(UnevaluatedApplicator(kind: kind, schema: schema))
            }
        }
        return applicators
    }
}
