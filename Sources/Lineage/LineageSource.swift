import StemmaBlobs
import StemmaRecords

/// Reads the blobs that lineage consists of. What is missing or damaged is an answer too, not the end of a walk.
package struct LineageSource {
    private let blob: (Digest) throws -> [UInt8]
    private let names: FormerNames

    /// - Parameters:
    ///   - names: what variables and functions are called now.
    ///   - blob: the bytes of a blob by its digest; throws `.objectMissing` and `.corrupt`.
    package init(names: FormerNames = FormerNames(), _ blob: @escaping (Digest) throws -> [UInt8]) {
        self.names = names
        self.blob = blob
    }

    /// A lineage record, or why it cannot be read. Throws what has nothing to do with this one blob.
    func record(_ digest: Digest) throws -> Result<LineageRecord, StemmaError> {
        do {
            return .success(try LineageRecord(blob: blob(digest)).renaming(by: names))
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return .failure(error)
        }
    }

    /// What the function record says. A function whose record cannot be read still has a name and an identity.
    func function(_ function: LineageRecord.Function) throws -> LineageGraph.Function {
        var record: FunctionRecord?
        do {
            record = try FunctionRecord(blob: blob(function.identity))
        } catch let error as StemmaError where error.isDamageOrAbsence {}
        return LineageGraph.Function(
            name: function.name, language: function.language, identity: function.identity,
            module: record?.module, version: record?.version)
    }
}

/// Functions that were met before: many calls have few functions.
struct FunctionMemo {
    private var known: [LineageRecord.Function: LineageGraph.Function] = [:]

    mutating func function(
        _ function: LineageRecord.Function, _ source: LineageSource
    ) throws -> LineageGraph.Function {
        if let known = known[function] { return known }
        let found = try source.function(function)
        known[function] = found
        return found
    }
}
