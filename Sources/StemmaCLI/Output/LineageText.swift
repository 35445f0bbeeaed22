import Stemma
import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// How a record was made, in both forms of output.
struct LineageText {
    private let record: Record
    private let digest: Digest
    /// The lineage record, or why it cannot be read.
    private let lineage: Result<LineageRecord, StemmaError>
    /// What the function is, where that can be read.
    private let function: FunctionRecord?

    /// `nil` for data that was not computed.
    init?(_ record: Record, _ store: Store) throws {
        guard let digest = record.lineage else { return nil }
        self.record = record
        self.digest = digest
        lineage = try Self.read(digest, store)
        let called = try? lineage.get().function
        function = try called.flatMap { try store.functionRecord($0.identity) }
    }

    /// What is missing or damaged is something to be told, too.
    private static func read(_ digest: Digest, _ store: Store) throws -> Result<LineageRecord, StemmaError> {
        do {
            return .success(try store.callRecord(digest))
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return .failure(error)
        }
    }

    var members: JSONObject {
        switch lineage {
        case .failure(let error):
            return [
                "digest": .string(digest.hex), "origin": .string(LineageObjects.origin(error)),
                "message": .string(error.message),
            ]
        case .success(let lineage):
            guard case .object(var members) = lineage.json else { return [:] }
            members["kind"] = nil
            members["digest"] = .string(digest.hex)
            if var called = members["function"]?.asObject, let function {
                if !function.module.isEmpty { called["module"] = .string(function.module) }
                called["version"] = function.version.map { .string($0) }
                members["function"] = .object(called)
            }
            return members
        }
    }

    /// `made by  bandpass, version 2`, and a row for each argument in the order of the call.
    func rows(_ address: AddressText) -> [[Cell]] {
        let lineage: LineageRecord
        switch self.lineage {
        case .failure(let error):
            return [[Cell("  made by"), Cell("not known: \(LineageNodeText.unreadable(error))", .bad)]]
        case .success(let found): lineage = found
        }
        let version = function?.version.map { ", version \($0)" } ?? ""
        let which = LineageNodeText.which(record.output, of: lineage.outputs.count)
        let inputs = lineage.inputs.map { ($0.position, $0.name, source($0, address)) }
        let constants = lineage.constants.map { ($0.position, $0.name, Self.shown($0.value)) }
        let maker =
            switch lineage.origin {
            case .call(let function, _):
                [Cell("  made by"), Cell(Shell.visible(function.name + version + which))]
            case .edit(let reason): [Cell("  edited"), Cell(Shell.visible(reason))]
            }
        return [maker]
            + (inputs + constants).sorted { $0.0 < $1.0 }.map { _, name, value in
                [Cell("    \(Shell.visible(name))"), Cell(Shell.visible(value))]
            }
    }

    private func source(_ input: LineageRecord.Input, _ address: AddressText) -> String {
        let content = "(\(input.content.short))"
        return (input.address.map(address.of) ?? "the output of another call") + " \(content)"
    }

    private static func shown(_ value: LineageRecord.Constant.Value) -> String {
        switch value {
        case .inline(let value): RecordText.shown(value)
        case .blob(let digest, _, let preview): "\(preview)... (\(digest.short))"
        }
    }
}
