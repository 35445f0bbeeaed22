import Stemma
import StemmaLineage
import StemmaRecords

/// How a record was made, in both forms of output.
struct LineageText {
    private let lineage: LineageRecord
    private let digest: Digest
    private let output: Int?
    /// What the function record says besides the name: `module`, `version`.
    private let function: JSONObject

    /// `nil` for data that was not computed. Throws `.objectMissing` when the lineage record is not in this clone.
    init?(_ record: Record, _ store: Store) throws {
        guard let digest = record.lineage else { return nil }
        lineage = try LineageRecord(blob: store.metadata(digest))
        self.digest = digest
        output = record.output
        function =
            try lineage.function.flatMap { try JSONParser.parse(store.metadata($0.identity)).asObject } ?? [:]
    }

    var members: JSONObject {
        guard case .object(var members) = lineage.json else { return [:] }
        members["kind"] = nil
        members["digest"] = .string(digest.hex)
        if var called = members["function"]?.asObject {
            for name in ["module", "version"] { called[name] = function[name] }
            members["function"] = .object(called)
        }
        return members
    }

    /// `made by  bandpass, version 2`, and a row for each argument in the order of the call.
    func rows(_ address: AddressText) -> [[Cell]] {
        let version = function["version"]?.asString.map { ", version \($0)" } ?? ""
        let which =
            lineage.outputs.count > 1 ? ", output \((output ?? 0) + 1) of \(lineage.outputs.count)" : ""
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
        let content = "(\(RecordText.short(input.content)))"
        guard let variable = input.variable else { return "the output of another call \(content)" }
        return "\(address.of(Address(variable: variable, keys: input.keys ?? [:]))) \(content)"
    }

    private static func shown(_ value: LineageRecord.Constant.Value) -> String {
        switch value {
        case .inline(let value): RecordText.shown(value)
        case .blob(let digest, _, let preview): "\(preview)... (\(RecordText.short(digest)))"
        }
    }
}
