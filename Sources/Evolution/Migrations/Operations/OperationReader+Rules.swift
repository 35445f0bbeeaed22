import StemmaBlobs
import StemmaRecords

// What holds for the pointers of several operations.
extension OperationReader {
    func member(_ pointer: PatternPointer, _ member: String) throws -> String {
        guard let name = pointer.lastName else {
            throw problem("\(pointer.text) does not end in the name of a member", member)
        }
        return name
    }

    func checkBases(_ pointer: PatternPointer, _ other: PatternPointer, _ member: String) throws {
        guard pointer.hasSameBases(as: other) else {
            throw problem(
                "\(pointer.text) and \(other.text) have to be the same up to the last *, so that each element "
                    + "stays itself", member)
        }
    }

    func checkSource(_ from: PatternPointer, of at: PatternPointer, _ member: String) throws {
        if from.hasEvery || !at.hasEvery { try checkBases(from, at, member) }
        if from.overlaps(at) { throw problem("\(from.text) is not apart from \(at.text)", member) }
    }

    mutating func type(_ member: String) throws -> ScalarType {
        let text = try string(member)
        guard let type = ScalarType(rawValue: text) else {
            throw StemmaError.invalidMigration(
                "there is no type '\(StemmaError.printable(text))' of scalars", at: place.appending(member),
                hint: "there are: \(ScalarType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return type
    }
}
