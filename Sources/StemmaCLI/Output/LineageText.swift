import Stemma
import StemmaLineage

/// How a record was made, in both forms of output.
struct LineageText {
    private let lineage: LineageRecord
    private let digest: Digest
    private let output: Int?

    /// `nil` for data that was not computed. Throws `.notFound` when the lineage record is not in this clone.
    init?(_ record: Record, _ store: Store) throws {
        guard let digest = record.lineage else { return nil }
        var bytes: [UInt8] = []
        _ = try store.payload(digestPrefix: digest.hex) { bytes += $0 }
        lineage = try LineageRecord(blob: bytes)
        self.digest = digest
        output = record.output
    }

    var members: JSONObject {
        guard case .object(var members) = lineage.json else { return [:] }
        members["kind"] = nil
        members["digest"] = .string(digest.hex)
        return members
    }

    /// `made by  bandpass, output 1 of 2`, and a row for each argument in the order of the call.
    func rows(_ address: AddressText) -> [[Cell]] {
        let which =
            lineage.outputs.count > 1 ? ", output \((output ?? 0) + 1) of \(lineage.outputs.count)" : ""
        let inputs = lineage.inputs.map { input in
            (input.position, input.name, source(input, address))
        }
        let constants = lineage.constants.map { constant in
            (constant.position, constant.name, Self.shown(constant.value))
        }
        return [[Cell("  made by"), Cell(Shell.visible(lineage.function.name + which))]]
            + (inputs + constants).sorted { $0.0 < $1.0 }.map { _, name, value in
                [Cell("    \(Shell.visible(name))"), Cell(Shell.visible(value))]
            }
    }

    private func source(_ input: LineageRecord.Input, _ address: AddressText) -> String {
        let content = "(\(RecordText.short(input.content)))"
        guard let variable = input.variable else { return "a result that was not saved \(content)" }
        return "\(address.of(Address(variable: variable, keys: input.keys ?? [:]))) \(content)"
    }

    private static func shown(_ value: LineageRecord.Constant.Value) -> String {
        switch value {
        case .inline(let value): RecordText.shown(value)
        case .blob(let digest, _, let preview): "\(preview)... (\(RecordText.short(digest)))"
        }
    }
}
