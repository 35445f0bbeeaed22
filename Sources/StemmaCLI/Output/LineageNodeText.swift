import Stemma

/// What is said of a node of lineage, in words.
struct LineageNodeText {
    let address: AddressText

    /// What stands in place of an address.
    static let unsaved = "(not saved)"
    /// Longer values are cut where people read them.
    private static let longestValue = 40

    init(_ keys: KeyDeclarations) { address = AddressText(keys) }

    func name(_ node: LineageGraph.Node) -> String {
        node.address.map { Shell.visible(address.of($0)) } ?? Self.unsaved
    }

    /// The address without the variable; empty when there is nothing else to it.
    func place(_ address: Address) -> String {
        Shell.visible(String(self.address.of(address).dropFirst(address.variable.count).drop { $0 == " " }))
    }

    /// `bandpass 2`; without a version that is known, the first digits of the identity.
    static func function(_ function: LineageGraph.Function) -> String {
        Shell.visible("\(function.name) \(function.version ?? function.identity.short)")
    }

    /// What made it; `nil` for data.
    func maker(_ origin: LineageGraph.Origin) -> String? {
        switch origin {
        case .data: return nil
        case .call(let call):
            return Self.function(call.function) + Self.which(call.output, of: call.outputs)
        case .edit(let reason): return "edited by hand: \(Shell.visible(reason))"
        case .unreadable(let error): return Self.unreadable(error)
        }
    }

    static func unreadable(_ error: StemmaError) -> String {
        "its lineage record is \(LineageObjects.origin(error))"
    }

    /// `, output 2 of 3`; nothing where there is only one.
    static func which(_ output: Int?, of count: Int) -> String {
        count < 2 ? "" : output.map { ", output \($0 + 1) of \(count)" } ?? ", one of \(count) outputs"
    }

    /// `low=20`, one for each constant, and the keys that the function was told.
    func constants(_ origin: LineageGraph.Origin) -> [String] {
        guard case .call(let call) = origin else { return [] }
        let constants = call.constants.map { "\(Shell.visible($0.name))=\(Self.shown($0.value))" }
        return constants + (call.keys.map { ["told \(Shell.visible(words($0)))"] } ?? [])
    }

    private func words(_ keys: Keys) -> String {
        String(address.of(Address(variable: "", keys: keys)).drop { $0 == " " })
    }

    private static func shown(_ value: LineageGraph.Constant.Value) -> String {
        switch value {
        case .inline(let value):
            let text = Shell.visible(value.description)
            return text.count > longestValue ? text.prefix(longestValue) + "..." : text
        case .blob(let digest, _, let preview):
            let text = Shell.visible(String(preview.prefix(longestValue)))
            return "\(text)... (\(digest.short))"
        }
    }

    /// That inputs are left out; `nil` when none are.
    func cut(_ node: LineageGraph.Node) -> String? {
        node.cutInputs == 0 ? nil : "... \(Amount.counted(node.cutInputs, "input")) beyond --depth"
    }
}
