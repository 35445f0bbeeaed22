import StemmaBlobs
import StemmaRecords

extension SchemaCompiler {
    /// `$ref` and `$dynamicRef`.
    mutating func references(
        _ reader: SchemaReader, in resource: Int, _ inPlace: inout [Int]
    ) throws -> [any Applicator] {
        var applicators: [any Applicator] = []
        if let reference = try reader.string("$ref") {
            let target = index(
                of: try self.target(of: reference, in: resource, at: reader.pointer("$ref")).location)
            applicators.append(ReferenceApplicator(target: target))
            inPlace.append(target)
        }
        if let reference = try reader.string("$dynamicRef") {
            let (location, anchor) = try self.target(
                of: reference, in: resource, at: reader.pointer("$dynamicRef"))
            let target = index(of: location)
            if let anchor {
                // A loop over one that is not the nearest shows when a value is there.
                applicators.append(
                    DynamicReferenceApplicator(anchor: dynamicIndex(of: anchor), target: target))
            } else {
                applicators.append(ReferenceApplicator(target: target))
                inPlace.append(target)
            }
        }
        return applicators
    }

    /// Where a reference leads, and the name of the dynamic anchor if it names one.
    private mutating func target(
        of reference: String, in resource: Int, at pointer: JSONPointer
    ) throws -> (location: Location, dynamicAnchor: String?) {
        let uri = documents.resources[resource].base.resolving(URIReference(reference))
        guard let found = try documents.resource(uri.resource), let fragment = uri.decodedFragment else {
            throw StemmaError.unresolvableReference(reference, at: pointer)
        }
        let root = documents.resources[found].root
        if fragment.isEmpty { return (root, nil) }
        guard fragment.utf8.first == UInt8(ascii: "/") else {
            guard let location = documents.resources[found].anchors[fragment] else {
                throw StemmaError.unresolvableReference(reference, at: pointer)
            }
            let isDynamic = documents.resources[found].dynamicAnchors[fragment] != nil
            return (location, isDynamic ? fragment : nil)
        }
        guard let below = try? JSONPointer(fragment) else {
            throw StemmaError.unresolvableReference(reference, at: pointer)
        }
        let location = Location(
            document: root.document, pointer: JSONPointer(tokens: root.pointer.tokens + below.tokens))
        guard documents.value(at: location) != nil else {
            throw StemmaError.unresolvableReference(reference, at: pointer)
        }
        return (location, nil)
    }
}
