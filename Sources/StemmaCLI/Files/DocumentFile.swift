import Stemma

/// A document that a user names and that is read whole: a schema, the definition of a migration, rules.
struct DocumentFile<Document> {
    /// As errors name it.
    let name: String
    let document: Document

    /// Reads and parses a file; `-` stands for standard input. `what` is what it ought to be, for the error of a file that
    /// is too large to be that. Errors of `parse` say which file they are about.
    init(_ path: String, is what: String, _ parse: ([UInt8]) throws -> Document) throws {
        let file = try InputFile(path)
        name = file.name
        var bytes: [UInt8] = []
        while let piece = try file.next() {
            bytes += piece
            guard bytes.count <= DocumentLimit.bytes else {
                throw StemmaError(
                    .tooLarge, "\(name) is larger than \(DocumentLimit.bytes) bytes: it is no \(what)",
                    fields: ["path": name])
            }
        }
        do {
            document = try parse(bytes)
        } catch let error as StemmaError {
            throw error.about(file: name)
        }
    }
}

private enum DocumentLimit {
    static let bytes = 16 << 20
}

extension StemmaError {
    /// The same error, with the file that it is about before its message.
    func about(file name: String) -> StemmaError {
        StemmaError(
            code, "\(name): \(message)", hint: hint, fields: fields.merging(["path": name]) { own, _ in own })
    }
}
