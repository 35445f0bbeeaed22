import StemmaBlobs
import StemmaRecords
import Synchronization

extension Store {
    /// Calls a function for every combination of keys, several at a time, and saves the results.
    ///
    /// A combination whose results the store has is passed over; one that lacks an input, or whose function throws, is
    /// reported, and the rest goes on. Results are saved many at a time, none held back longer than a second, and no
    /// lock is held while a function runs. When the task is cancelled nothing more is begun, what was computed is saved,
    /// and the report says that it was interrupted.
    /// - Parameters:
    ///   - inputs: a `Variable` stands for its record at the combination's keys, `fixed(...)` for one at keys of its own,
    ///     a `PathTemplate` for a file; anything else is a constant. Constants that are scalars become version entries.
    ///   - outputs: the variable that the results are saved in.
    ///   - keys: the keys to go over, each with its values; `.all` or an empty list for all that the store has.
    /// Throws what `call` throws for arguments that do not fit, `.unknownKey`, and what saving throws.
    @discardableResult
    public func forEach<each Input, Output: Sendable>(
        _ thunk: Thunk<repeat each Input, Output>, inputs: any Sendable..., outputs: Variable<Output>,
        over keys: KeyValuePairs<String, KeyValues>, options: BatchOptions = BatchOptions()
    ) async throws -> BatchReport {
        let codec = try PayloadCodec<Output>()
        return try await runBatch(thunk.name, inputs, [outputs.name], [codec.stated], keys, options) { keys in
            let (call, body) = try self.prepare(thunk, Self.arguments(inputs, at: keys, in: self))
            let version = options.constantsAreVersion ? call.constantVersion : [:]
            let place = Address(variable: outputs.name, keys: keys, version: version)
            return BatchStep(
                call: call, outputs: .exactly([codec.format]), places: { _ in [place] },
                check: { try self.missReason(of: $0[0], codec) }, run: { [.bytes(try codec.encode(body()))] })
        }
    }

    /// The same for a function whose tuple becomes one output for each element, each in a variable of its own.
    @discardableResult
    public func forEach<each Input, each Output: Sendable>(
        _ thunk: Thunk<repeat each Input, Unpacked<repeat each Output>>, inputs: any Sendable...,
        outputs: repeat Variable<each Output>, over keys: KeyValuePairs<String, KeyValues>,
        options: BatchOptions = BatchOptions()
    ) async throws -> BatchReport {
        let codecs = (repeat try PayloadCodec<each Output>())
        var formats: [PayloadFormat] = []
        var stated: [StatedType?] = []
        for codec in repeat each codecs {
            formats.append(codec.format)
            stated.append(codec.stated)
        }
        var names: [String] = []
        for variable in repeat each outputs { names.append(variable.name) }
        let (shape, variables) = (OutputShape.exactly(formats), names)
        return try await runBatch(thunk.name, inputs, variables, stated, keys, options) { keys in
            let (call, body) = try self.prepare(thunk, Self.arguments(inputs, at: keys, in: self))
            let version = options.constantsAreVersion ? call.constantVersion : [:]
            let places = variables.map { Address(variable: $0, keys: keys, version: version) }
            return BatchStep(call: call, outputs: shape, places: { _ in places }) {
                let values = try body().values
                var payloads: [ComputedPayload] = []
                for (codec, value) in repeat (each codecs, each values) {
                    payloads.append(.bytes(try codec.encode(value)))
                }
                return payloads
            }
        }
    }

    /// The same for a function that returns a list, whose elements are spread over the next key: the first that is
    /// declared behind all that are gone over. Its values are 1, 2, 3... What a longer list of an earlier call has left
    /// behind the last element is removed.
    ///
    /// Throws `.noKeyToDistribute` when there is none, or its type takes no such values.
    @discardableResult
    public func forEach<each Input, Element: Sendable>(
        _ thunk: Thunk<repeat each Input, [Element]>, inputs: any Sendable...,
        distribute outputs: Variable<Element>,
        over keys: KeyValuePairs<String, KeyValues>, options: BatchOptions = BatchOptions()
    ) async throws -> BatchReport {
        let codec = try PayloadCodec<Element>()
        let next = try keyToDistribute(over: keys.map(\.key))
        let function = thunk.function.distributed
        return try await runBatch(thunk.name, inputs, [outputs.name], [codec.stated], keys, options) { keys in
            let (call, body) = try self.prepare(
                thunk, Self.arguments(inputs, at: keys, in: self), as: function)
            let version = options.constantsAreVersion ? call.constantVersion : [:]
            let place: @Sendable (Int) -> Address = { index in
                let value: Scalar =
                    next.type == .string ? .string(String(index + 1)) : .number(Double(index + 1))
                return Address(
                    variable: outputs.name, keys: keys.merging([next.name: value]), version: version)
            }
            return BatchStep(
                call: call, outputs: .any(codec.format),
                places: { (0..<$0).map(place) },
                surplus: { try self.surplus(of: thunk.name, places: ($0...).lazy.map(place)) },
                run: { try body().map { .bytes(try codec.encode($0)) } })
        }
    }

    private func runBatch(
        _ function: String, _ inputs: [any Sendable], _ outputs: [String], _ types: [StatedType?],
        _ keys: KeyValuePairs<String, KeyValues>,
        _ options: BatchOptions, step: @escaping @Sendable (Keys) throws -> BatchStep
    ) async throws -> BatchReport {
        let variables = inputs.compactMap { ($0 as? any BatchInput)?.variable }
        let combinations = try combinations(
            of: keys.map { ($0.key, $0.value) }, in: variables)
        let cancellation = Cancellation()
        var options = options
        options.isStopped = { [isStopped = options.isStopped] in
            cancellation.isRequested.load(ordering: .relaxed) || isStopped?() == true
        }
        let batch = try Batch(
            self, function: function, outputs: outputs, types: types, combinations: combinations,
            options: options,
            step: step)
        // On threads of its own: functions block, and Swift's tasks share few threads.
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                WorkerThreads.start { continuation.resume(with: Result { try batch.run() }) }
            }
        } onCancel: {
            cancellation.isRequested.store(true, ordering: .relaxed)
        }
    }

    private static func arguments(
        _ inputs: [any Sendable], at keys: Keys, in store: Store
    ) throws -> [any Sendable] {
        try inputs.map { try ($0 as? any BatchInput)?.argument(at: keys, in: store) ?? $0 }
    }

    private func keyToDistribute(over names: [String]) throws -> KeyDeclaration {
        let last = settings.keys.list.lastIndex { names.contains($0.name) } ?? -1
        guard last + 1 < settings.keys.list.count, settings.keys.list[last + 1].type != .boolean else {
            throw StemmaError.noKeyToDistribute(after: names)
        }
        return settings.keys.list[last + 1]
    }
}

/// Whether the task of a batch was cancelled, told from the task to the threads.
private final class Cancellation: Sendable {
    let isRequested = Atomic(false)
}

extension Call {
    /// The constants that are scalars, as version entries.
    var constantVersion: Version {
        var version: Version = [:]
        for case .constant(let constant, _, _) in arguments.map(\.kind) {
            if case .inline(let value) = constant.value, let scalar = Scalar(value) {
                version[constant.name] = scalar
            }
        }
        return version
    }
}

extension CalledFunction {
    /// The same function with its list told as as many outputs as it has.
    fileprivate var distributed: CalledFunction {
        var record = record
        record.outputs = record.outputs.map { "distributed " + $0 }
        return CalledFunction(
            record, parameterNames: parameterNames, untracked: untracked, problem: problem)
    }
}

extension StemmaError.Code {
    /// There is no further key over which a list could be spread.
    public static let noKeyToDistribute = Self("no-key-to-distribute")
}

extension StemmaError {
    static func noKeyToDistribute(after names: [String]) -> StemmaError {
        StemmaError(
            .noKeyToDistribute,
            "there is no key behind \(names.joined(separator: ", ")) that counts the elements of a list",
            hint: "declare one of type integer")
    }
}
