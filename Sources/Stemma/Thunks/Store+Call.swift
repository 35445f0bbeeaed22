import StemmaBlobs
import StemmaLineage
import StemmaRecords
import Synchronization

extension Store {
    /// Calls a function, or answers from the store when it was called before with the same inputs and constants.
    ///
    /// Arguments are plain values, loaded records or outputs of other calls. On a hit nothing runs and no payload is
    /// read until the value is asked for. The function runs without any lock; what it throws is passed on and not
    /// cached. Nothing is written: saving the output records the call.
    /// Throws `.argumentMismatch` for a wrong number or type of arguments, `.unknownOrigin` for a plain value too large
    /// to be a constant, and `.unsupportedType`.
    public func call<each Input, Output: Sendable>(
        _ thunk: Thunk<repeat each Input, Output>, _ arguments: any Sendable...
    ) throws -> Traced<Output> {
        let codec = try PayloadCodec<Output>()
        let (call, body) = try prepare(thunk, arguments)
        let outcome = try outcome(
            of: call, .exactly([codec.format]), schema: { _ in codec.stated?.version },
            check: { try self.missReason(of: $0[0], codec) }
        ) {
            [.bytes(try codec.encode(body()))]
        }
        return traced(outcome, 0, codec)
    }

    /// Calls a function whose tuple becomes one output for each element; see `call`.
    public func call<each Input, each Output: Sendable>(
        _ thunk: Thunk<repeat each Input, Unpacked<repeat each Output>>, _ arguments: any Sendable...
    ) throws -> (repeat Traced<each Output>) {
        let codecs = (repeat try PayloadCodec<each Output>())
        var formats: [PayloadFormat] = []
        var schemas: [SchemaVersion?] = []
        for codec in repeat each codecs {
            formats.append(codec.format)
            schemas.append(codec.stated?.version)
        }
        let (call, body) = try prepare(thunk, arguments)
        let stated = schemas
        let outcome = try outcome(of: call, .exactly(formats), schema: { stated[$0] }) {
            let values = try body().values
            var payloads: [ComputedPayload] = []
            for (codec, value) in repeat (each codecs, each values) {
                payloads.append(.bytes(try codec.encode(value)))
            }
            return payloads
        }
        var index = -1
        func next<Value: Sendable>(_ codec: PayloadCodec<Value>) -> Traced<Value> {
            index += 1
            return traced(outcome, index, codec)
        }
        return (repeat next(each codecs))
    }

    /// Calls a function whose list becomes one output for each element; see `call`.
    ///
    /// Throws `.wrongOutputCount` when the list is longer or shorter than the thunk says.
    public func call<each Input, Value: Sendable>(
        _ thunk: Thunk<repeat each Input, OutputList<Value>>, _ arguments: any Sendable...
    ) throws -> [Traced<Value>] {
        let codec = try PayloadCodec<Value>()
        let count = thunk.record.outputs.count
        let (call, body) = try prepare(thunk, arguments)
        let formats = Array(repeating: codec.format, count: count)
        let outcome = try outcome(of: call, .exactly(formats), schema: { _ in codec.stated?.version }) {
            let values = try body().values
            guard values.count == count else {
                throw StemmaError.wrongOutputCount(thunk.name, count, values.count)
            }
            return try values.map { .bytes(try codec.encode($0)) }
        }
        return (0..<count).map { traced(outcome, $0, codec) }
    }

    /// The call, and the function with its arguments filled in.
    ///
    /// - Parameter function: what is called, where that is not the thunk's own.
    func prepare<each Input, Output: Sendable>(
        _ thunk: Thunk<repeat each Input, Output>, _ given: [any Sendable], as function: CalledFunction? = nil
    ) throws -> (Call, @Sendable () throws -> Output) {
        try thunk.checkParameters()
        let given = try thunk.complete(given)
        let parameters = thunk.record.parameters
        var arguments: [Argument] = []
        for type in repeat (each Input).self {
            let position = arguments.count
            arguments.append(
                try Argument(
                    given[position], as: type, name: thunk.function.parameterNames[position],
                    label: parameters[position].name, position: position, function: thunk.name,
                    options: options))
        }
        let call = Call(function ?? thunk.function, compatible: thunk.compatibleIdentities, arguments)
        let values = arguments.map(\.value)
        let checks = arguments.map(\.check)
        return (
            call,
            {
                var cursor = ArgumentCursor(values, function: thunk.name)
                let result = try thunk.body(repeat try cursor.next((each Input).self))
                for check in checks { try check() }
                return result
            }
        )
    }

    /// Answers a call, or runs the function.
    ///
    /// - Parameters:
    ///   - schema: the schema version that an output is made under, where one is stated.
    ///   - run: gives the payloads of the outputs.
    func outcome(
        of call: Call, _ shape: OutputShape, schema: (Int) -> SchemaVersion? = { _ in nil },
        check: ([LineageRecord.Output]) throws -> MissReason? = { _ in nil },
        run: @escaping Rerun.Body
    ) throws -> CallOutcome {
        let (found, reason) = try answer(call, shape, check: check)
        if let found { return CallOutcome(found.call, found.recorded, rerun: Rerun(run)) }
        let payloads = try run()
        let outputs = payloads.enumerated().map { index, payload in
            let format = shape.format(of: index)
            return LineageRecord.Output(
                format: format, digest: payload.digest, size: payload.size,
                value: format == .json ? payload.bytes.flatMap(Record.inlineValue) : nil,
                schema: schema(index))
        }
        return CallOutcome(call, call.running(outputs), missReason: reason, payloads: payloads)
    }

    /// One output of a call, as a value.
    private func traced<Value>(
        _ outcome: CallOutcome, _ index: Int, _ codec: PayloadCodec<Value>
    ) -> Traced<Value> {
        let output = outcome.outputs[index]
        let origin = TracedOrigin(
            outcome.lineage, output: index, content: output.digest, payload: outcome.payloads?[index],
            rerun: outcome.rerun)
        let function = outcome.function
        return Traced(
            content: output.digest, format: output.format, size: output.size, invocation: outcome.invocation,
            missReason: outcome.missReason, origin: origin
        ) {
            // What was computed is read as it was encoded, so that a later run, which reads it, goes on with the same.
            if let payload = origin.payload?.bytes { return try codec.decode(payload) }
            if let value = output.value { return try codec.decode(value.printed + [0x0A]) }
            return try codec.decode(self.payload(of: output, at: index, function, origin))
        }
    }

    /// Why a recorded output does not count, where it stands for something outside of the store.
    func missReason<Value>(of output: LineageRecord.Output, _ codec: PayloadCodec<Value>) throws
        -> MissReason?
    {
        guard Value.self is any ExternalResult.Type else { return nil }
        do {
            let missing = StemmaError.objectMissing(output.digest, in: paths.objects)
            let reader = try openPayload(output.digest, size: output.size, missing: missing)
            let value = try codec.decode(state.withLock { try reader.readAll(limit: output.size) })
            return try (value as? any ExternalResult)?.missReason()
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return error.code == .objectMissing ? .outputMissing(output.digest) : .damaged(error.message)
        }
    }

    /// The payload of an output that is in the store; made again when it turns out to be damaged or gone.
    private func payload(
        of output: LineageRecord.Output, at index: Int, _ function: String, _ origin: TracedOrigin
    ) throws -> [UInt8] {
        do {
            return try noting(output.digest) {
                let missing = StemmaError.objectMissing(output.digest, in: paths.objects)
                let reader = try openPayload(output.digest, size: output.size, missing: missing)
                return try state.withLock { try reader.readAll(limit: output.size) }
            }
        } catch let error as StemmaError where error.isDamageOrAbsence {
            guard let rerun = origin.rerun else { throw error }
            options.report?(.resultComputedAgain(function: function, cause: error))
            let payloads = try rerun()
            guard payloads.indices.contains(index), let payload = payloads[index].bytes,
                payloads[index].digest == output.digest
            else {
                throw StemmaError.resultDiffers(function, output.digest, cause: error)
            }
            // Saving it again puts it in the place of what is damaged.
            origin.keep(payload: payloads[index])
            return payload
        }
    }
}

/// What became of a call: its outputs, from the store or just computed.
struct CallOutcome: Sendable {
    let function: String
    let recorded: RecordedCall
    let lineage: CallLineage
    /// `nil` for a hit.
    let missReason: MissReason?
    /// What was just computed; `nil` for a hit.
    let payloads: [ComputedPayload]?
    /// Computes a hit after all; `nil` for what was just computed.
    let rerun: Rerun?

    var invocation: Digest { recorded.invocation }
    var outputs: [LineageRecord.Output] { recorded.outputs }

    init(
        _ call: Call, _ recorded: RecordedCall, missReason: MissReason? = nil,
        payloads: [ComputedPayload]? = nil,
        rerun: Rerun? = nil
    ) {
        function = call.function.record.name
        self.recorded = recorded
        // A hit may have other inputs than the call that is recorded, from other addresses: it has a lineage record of
        // its own, which is the same one when they are the same. The function is the one that ran then.
        lineage = call.lineage(recorded, isFresh: missReason != nil)
        self.missReason = missReason
        self.payloads = payloads
        self.rerun = rerun
    }
}

/// Hands the values of arguments to a function one by one, in order.
private struct ArgumentCursor {
    private let values: [@Sendable () throws -> Any]
    private let function: String
    private var position = 0

    init(_ values: [@Sendable () throws -> Any], function: String) {
        self.values = values
        self.function = function
    }

    mutating func next<T>(_ type: T.Type) throws -> T {
        let value = try values[position]()
        position += 1
        guard let typed = value as? T else {
            throw StemmaError.argumentMismatch(
                function, "argument \(position) holds \(Swift.type(of: value)); the function takes \(type)")
        }
        return typed
    }
}
