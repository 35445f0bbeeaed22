import StemmaLineage
import StemmaBlobs

/// A function whose calls are recorded, and answered from the store when they were made before.
///
/// The function takes and returns plain values and knows nothing of the store. Its identity is stated by hand:
/// change `version` when the function changes what it returns.
public struct Thunk<each Input, Output: Sendable>: Sendable {
    let record: FunctionRecord
    let identity: Digest
    let body: @Sendable (repeat each Input) throws -> Output

    public var name: String { record.name }
    public var version: String { record.version }
    /// The digest that the function is known by.
    public var identityDigest: Digest { identity }

    /// Wraps a function.
    ///
    /// - Parameters:
    ///   - name: what the function is called in lineage; part of its identity.
    ///   - version: stated by whoever changes the function; part of its identity.
    ///   - parameters: the names of its parameters, in order. Lineage records arguments under them.
    ///   - module: part of its identity; the module that the call of this initialiser stands in, when not said.
    public init(
        _ name: String, version: String, parameters: [String], module: String? = nil,
        file: StaticString = #fileID,
        _ body: @escaping @Sendable (repeat each Input) throws -> Output
    ) {
        self.init(
            name, version: version, parameters: parameters, module: module, file: file, outputs: 1, body: body
        )
    }

    /// Wraps a function whose tuple becomes one output for each element; see the first initialiser.
    public init<each Value: Sendable>(
        _ name: String, version: String, parameters: [String], module: String? = nil,
        file: StaticString = #fileID,
        unpackOutput body: @escaping @Sendable (repeat each Input) throws -> (repeat each Value)
    ) where Output == Unpacked<repeat each Value> {
        self.init(name, version: version, parameters: parameters, module: module, file: file, outputs: 1) {
            (input: repeat each Input) in
            let values = try body(repeat each input)
            return Unpacked(repeat each values)
        }
    }

    /// Wraps a function whose list becomes one output for each element; see the first initialiser.
    ///
    /// - Parameter outputs: how many elements the list has; another number is an error of the call.
    public init<Value: Sendable>(
        _ name: String, version: String, parameters: [String], outputs: Int, module: String? = nil,
        file: StaticString = #fileID,
        unpackOutput body: @escaping @Sendable (repeat each Input) throws -> [Value]
    ) where Output == OutputList<Value> {
        self.init(
            name, version: version, parameters: parameters, module: module, file: file, outputs: outputs
        ) {
            (input: repeat each Input) in OutputList(try body(repeat each input))
        }
    }

    private init(
        _ name: String, version: String, parameters: [String], module: String?, file: StaticString,
        outputs: Int,
        body: @escaping @Sendable (repeat each Input) throws -> Output
    ) {
        var types: [String] = []
        for type in repeat (each Input).self { types.append(TypeName.of(type)) }
        // A wrong number of names is told at the call, which can throw.
        let named = types.enumerated().map { index, type in
            FunctionRecord.Parameter(name: index < parameters.count ? parameters[index] : "", type: type)
        }
        let module = module ?? String("\(file)".prefix { $0 != "/" })
        record = FunctionRecord(
            language: "swift", module: module, name: name, version: version, parameters: named,
            outputs: Self.outputTypes(outputs))
        identity = Digest.of(record.blob)
        declaredNames = parameters.count
        self.body = body
    }

    /// The names of the types that it returns, one for each output.
    static func outputTypes(_ count: Int) -> [String] {
        guard let several = Output.self as? any SeveralOutputs.Type else { return [TypeName.of(Output.self)] }
        let names = several.types.map(TypeName.of)
        return names.count == 1 ? Array(repeating: names[0], count: max(1, count)) : names
    }

    private let declaredNames: Int

    /// Throws `.argumentMismatch` unless every parameter has a name of its own.
    func checkParameters() throws {
        guard declaredNames == record.parameters.count else {
            throw StemmaError.argumentMismatch(
                name, "\(declaredNames) parameter names are given for \(record.parameters.count) parameters")
        }
        let names = record.parameters.map(\.name)
        guard Set(names).count == names.count, !names.contains("") else {
            throw StemmaError.argumentMismatch(name, "parameter names are not all different and not empty")
        }
    }
}
