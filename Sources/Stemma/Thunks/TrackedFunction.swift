import StemmaBlobs
import StemmaLineage
import Synchronization

/// What the plugin StemmaThunks found out about a function. Generated code makes it; programs do not.
public final class TrackedFunction: Sendable {
    private let module: String
    private let name: String
    private let parts: StaticString
    private let conditions: [(text: String, holds: Bool)]
    private let parameters: [(label: String, name: String)]
    private let untracked: [(name: String, version: String)]
    let compatibleIdentities: [String]
    private let made = Mutex<(thunk: ObjectIdentifier, function: CalledFunction)?>(nil)

    /// - Parameters:
    ///   - parts: a line for each part of the identity: kind, name and digest, with tabs between.
    ///   - conditions: conditions of `#if` that the sources depend on, and whether they hold.
    ///   - parameters: the label of each, `_` for none, and its name.
    ///   - untracked: packages that the function may use and its identity does not cover.
    public init(
        module: String, name: String, parts: StaticString, conditions: [(String, Bool)] = [],
        parameters: [(String, String)], untracked: [(String, String)] = [], compatibleWith: [String] = []
    ) {
        self.module = module
        self.name = name
        self.parts = parts
        self.conditions = conditions.map { (text: $0.0, holds: $0.1) }
        self.parameters = parameters.map { (label: $0.0, name: $0.1) }
        self.untracked = untracked.map { (name: $0.0, version: $0.1) }
        compatibleIdentities = compatibleWith
    }

    /// The function as a thunk of these types calls it; the last one is kept.
    func called<each Input, Output>(as thunk: Thunk<repeat each Input, Output>.Type) -> CalledFunction {
        let key = ObjectIdentifier(thunk)
        return made.withLock { made in
            if let made, made.thunk == key { return made.function }
            var types: [String] = []
            for type in repeat (each Input).self { types.append(TypeName.of(type)) }
            let function = makeFunction(inputs: types, outputs: thunk.outputTypes(1))
            made = (key, function)
            return function
        }
    }

    private func makeFunction(inputs: [String], outputs: [String]) -> CalledFunction {
        var all: [FunctionRecord.Part] = []
        var problem: String? = nil
        for line in "\(parts)".split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let digest = Digest(hex: String(fields[2])) else {
                problem = "the generated identity cannot be read: clean and build again"
                continue
            }
            all.append(.init(kind: String(fields[0]), name: String(fields[1]), digest: digest))
        }
        for (text, holds) in conditions {
            let value = holds ? "true" : "false"
            all.append(.init(kind: "condition", name: text, digest: Digest.of(Array(value.utf8))))
        }
        if parameters.count != inputs.count { problem = "the generated identity is of another function" }
        let record = FunctionRecord(
            language: "swift", module: module, name: name, basis: .derived(all),
            parameters: zip(parameters, inputs).map { .init(name: $0.label, type: $1) }, outputs: outputs)
        return CalledFunction(
            record, parameterNames: parameters.map { $0.label == "_" ? $0.name : $0.label },
            untracked: untracked.map { .init(name: $0.name, version: $0.version) }, problem: problem)
    }
}

extension Thunk {
    /// Wraps a function that is marked `@Thunk`. The macro's expansion calls this; programs do not.
    public init(
        _ function: TrackedFunction, defaults: [(@Sendable () -> any Sendable)?] = [],
        _ body: @escaping @Sendable (repeat each Input) throws -> Output
    ) {
        let thunk = Self(function.called(as: Self.self), defaults: defaults, body)
        self =
            function.compatibleIdentities.isEmpty
            ? thunk : thunk.compatible(with: function.compatibleIdentities)
    }
}
