import StemmaBlobs
import StemmaLineage

/// A function whose calls are recorded, and answered from the store when they were made before.
///
/// The function takes and returns plain values and knows nothing of the store. `@Thunk` before a function makes its
/// thunk, with an identity that follows the sources. Otherwise the identity is stated by hand: change `version` when
/// the function changes what it returns.
public struct Thunk<each Input, Output: Sendable>: Sendable {
    let function: CalledFunction
    let body: @Sendable (repeat each Input) throws -> Output
    /// The default values of parameters, in order; empty when no parameter has one.
    let defaults: [(@Sendable () -> any Sendable)?]
    /// Identities that the function had before, whose results are its own still.
    private(set) var compatibleIdentities: [Digest] = []
    /// What was given as an identity and is none; told at the call, which can throw.
    private var invalidIdentity: String?

    var record: FunctionRecord { function.record }
    var identity: Digest { function.identity }

    /// What lineage calls the function.
    public var name: String { record.name }

    /// The digest that the function is known by.
    public var identityDigest: Digest { identity }

    /// The version that is stated by hand; `nil` when the identity follows the sources.
    public var version: String? {
        if case .stated(let version) = record.basis { version } else { nil }
    }

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
        let named = types.enumerated().map { index, type in
            FunctionRecord.Parameter(name: index < parameters.count ? parameters[index] : "", type: type)
        }
        let problem: String? =
            if parameters.count != types.count {
                "\(parameters.count) parameter names are given for \(types.count) parameters"
            } else if Set(parameters).count != parameters.count || parameters.contains("") {
                "parameter names are not all different and not empty"
            } else {
                nil
            }
        let record = FunctionRecord(
            language: "swift", module: module ?? String("\(file)".prefix { $0 != "/" }), name: name,
            version: version, parameters: named, outputs: Self.outputTypes(outputs))
        self.init(
            CalledFunction(record, parameterNames: named.map(\.name), problem: problem), defaults: [], body)
    }

    init(
        _ function: CalledFunction, defaults: [(@Sendable () -> any Sendable)?],
        _ body: @escaping @Sendable (repeat each Input) throws -> Output
    ) {
        self.function = function
        self.defaults = defaults
        self.body = body
    }

    /// The names of the types that it returns, one for each output.
    static func outputTypes(_ count: Int) -> [String] {
        guard let several = Output.self as? any SeveralOutputs.Type else { return [TypeName.of(Output.self)] }
        let names = several.types.map(TypeName.of)
        return names.count == 1 ? Array(repeating: names[0], count: max(1, count)) : names
    }

    /// The same thunk, which also takes results that were recorded under older identities of the function.
    ///
    /// For a change of the source that is known to change no result. A call is looked for under its own identity
    /// first. `stemma show --json` has the identity of the function that a result was made by.
    /// - Parameter identities: digests, in full.
    public func compatible(with identities: String...) -> Thunk { compatible(with: identities) }

    func compatible(with identities: [String]) -> Thunk {
        var thunk = self
        for text in identities {
            if let digest = Digest(hex: text) {
                thunk.compatibleIdentities.append(digest)
            } else {
                thunk.invalidIdentity = text
            }
        }
        return thunk
    }

    /// Throws `.argumentMismatch` unless every parameter has a name of its own and older identities are digests.
    func checkParameters() throws {
        if let problem = function.problem { throw StemmaError.argumentMismatch(name, problem) }
        if let invalidIdentity {
            throw StemmaError.argumentMismatch(
                name,
                "compatible(with:) takes an identity in full, 64 hexadecimal digits; '\(invalidIdentity)' is none"
            )
        }
    }

    /// The arguments of a call with the defaults of the parameters at the end that have been left out.
    ///
    /// Throws `.argumentMismatch` when there are too many, or too few.
    func complete(_ arguments: [any Sendable]) throws -> [any Sendable] {
        let count = record.parameters.count
        let missing = defaults.dropFirst(arguments.count).compactMap { $0 }
        guard arguments.count == count || arguments.count + missing.count == count else {
            throw StemmaError.argumentMismatch(
                name, "\(arguments.count) arguments are given; the function takes \(count)")
        }
        return arguments + missing.map { $0() }
    }
}
