import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

extension Store {
    /// Calls a function, or answers from the store when it was called before with the same inputs and constants.
    ///
    /// Arguments are plain values, loaded records or outputs of other calls. On a hit nothing runs and no payload is
    /// read until the value is asked for. The function runs without any lock; what it throws is passed on and not
    /// cached. Nothing is written: saving the output records the call.
    /// Throws `.argumentMismatch` for a wrong number or type of arguments, and `.unsupportedType`.
    public func call<each Input, Output: Sendable>(
        _ thunk: Thunk<repeat each Input, Output>, _ arguments: any Sendable...
    ) throws -> Traced<Output> {
        try thunk.checkParameters()
        let arguments = try thunk.complete(arguments)
        var resolved: [Argument] = []
        for type in repeat (each Input).self {
            let position = resolved.count
            resolved.append(
                try Argument(
                    arguments[position], as: type, name: thunk.function.parameterNames[position],
                    position: position, function: thunk.name))
        }
        let call = Call(function: thunk.function, identity: thunk.identity, arguments: resolved)
        let codec = try PayloadCodec<Output>()
        for identity in [thunk.identity] + thunk.compatibleIdentities {
            let call = Call(function: thunk.function, identity: identity, arguments: resolved)
            if let answer = try answer(call.invocation, format: codec.format) {
                return traced(answer, call, codec)
            }
        }
        var cursor = ArgumentCursor(resolved, function: thunk.name)
        let result = try thunk.body(repeat try cursor.next((each Input).self))
        return try traced(result, call, codec)
    }

    /// What is recorded of an invocation whose output can be read; `nil` for a miss.
    private func answer(_ invocation: Digest, format: PayloadFormat) throws -> Answer? {
        if let output = try answerKnown(invocation, format: format) { return output }
        // Another branch of this clone may have it.
        guard try state.withLock({ try searchHistory() }) else { return nil }
        return try answerKnown(invocation, format: format)
    }

    private func answerKnown(_ invocation: Digest, format: PayloadFormat) throws -> Answer? {
        try read { catalog in
            for digest in try catalog.lineage(ofInvocation: invocation) {
                // A lineage record that is damaged or gone is a miss, and fsck's to report.
                guard let bytes = try? readMetadata(digest, in: catalog),
                    let record = try? LineageRecord(blob: bytes),
                    record.invocation == invocation, let function = record.function,
                    record.outputs.count == 1,
                    record.outputs[0].format == format,
                    try record.outputs[0].value != nil || locate(record.outputs[0].digest, in: catalog) != nil
                else { continue }
                return Answer(function: function, output: record.outputs[0])
            }
            return nil
        }
    }

    /// A hit: the value is read when it is asked for.
    private func traced<Output>(
        _ answer: Answer, _ call: Call, _ codec: PayloadCodec<Output>
    ) -> Traced<Output> {
        // The call may have other inputs than the one that is recorded, from other addresses: it has a lineage record
        // of its own, which is the same one when they are the same. The function is the recorded one: it ran with the
        // packages of then.
        let output = answer.output
        let pending = call.lineage(output, function: answer.function)
        let (digest, size) = (output.digest, output.size)
        return Traced(
            content: digest, format: output.format, size: size, invocation: call.invocation,
            isFromStore: true,
            origin: TracedOrigin(
                lineage: pending.digest, output: 0, invocationContent: digest, pending: pending, payload: nil)
        ) {
            if let value = output.value { return try codec.decode(value.printed + [0x0A]) }
            let missing = StemmaError.objectMissing(digest, in: self.paths.objects)
            let reader = try self.openPayload(digest, size: size, missing: missing)
            return try codec.decode(self.state.withLock { try reader.readAll(limit: size) })
        }
    }

    /// A miss: the value was just computed.
    private func traced<Output: Sendable>(
        _ result: Output, _ call: Call, _ codec: PayloadCodec<Output>
    ) throws -> Traced<Output> {
        let payload = try codec.encode(result)
        let output = LineageRecord.Output(
            format: codec.format, digest: Digest.of(payload), size: payload.count,
            value: codec.format == .json ? Record.inlineValue(payload) : nil)
        let pending = call.lineage(output, function: call.recordedFunction)
        // What goes on is what was encoded, so that a later run, which reads it, goes on with the same.
        let value = codec.format == .json ? try codec.decode(payload) : result
        return Traced(
            content: output.digest, format: codec.format, size: payload.count, invocation: call.invocation,
            isFromStore: false,
            origin: TracedOrigin(
                lineage: pending.digest, output: 0, invocationContent: output.digest, pending: pending,
                payload: payload)
        ) { value }
    }
}

/// What the store knows of a call that was made before.
private struct Answer {
    /// The function as it was then.
    let function: LineageRecord.Function
    let output: LineageRecord.Output
}

/// One call: its arguments and the invocation that they make.
private struct Call {
    let function: CalledFunction
    let arguments: [Argument]
    let invocation: Digest

    /// - Parameter identity: the function's own, or an older one whose results stay valid.
    init(function: CalledFunction, identity: Digest, arguments: [Argument]) {
        self.function = function
        self.arguments = arguments
        let invocation = Invocation(function: function.record, identity: identity)
        for (parameter, argument) in zip(function.record.parameters, arguments) {
            switch argument.kind {
            case .input(let input, _):
                invocation.add(input: parameter.name, format: input.format, content: input.content)
            case .constant(let constant, let bits, _):
                invocation.add(constant: parameter.name, type: constant.type, bits: bits)
            }
        }
        self.invocation = invocation.finish()
    }

    /// The function as it runs now.
    var recordedFunction: LineageRecord.Function {
        LineageRecord.Function(
            name: function.record.name, language: function.record.language, identity: function.identity,
            untracked: function.untracked)
    }

    func lineage(_ output: LineageRecord.Output, function called: LineageRecord.Function) -> PendingLineage {
        var record = LineageRecord(origin: .call(called, invocation: invocation), outputs: [output])
        var blobs: [[UInt8]] = []
        var inputs: [PendingLineage] = []
        for argument in arguments {
            switch argument.kind {
            case .input(let input, let pending):
                record.inputs.append(input)
                if let pending { inputs.append(pending) }
            case .constant(let constant, _, let blob):
                record.constants.append(constant)
                if let blob { blobs.append(blob) }
            }
        }
        // The record of an older identity is in the store, with the lineage record that was found.
        return PendingLineage(
            record: record, function: called.identity == function.identity ? function.blob : nil,
            constants: blobs, inputs: inputs)
    }
}

/// Hands the values of arguments to a function one by one, in order.
private struct ArgumentCursor {
    private let arguments: [Argument]
    private let function: String
    private var position = 0

    init(_ arguments: [Argument], function: String) {
        self.arguments = arguments
        self.function = function
    }

    mutating func next<T>(_ type: T.Type) throws -> T {
        let value = try arguments[position].value()
        position += 1
        guard let typed = value as? T else {
            throw StemmaError.argumentMismatch(
                function, "argument \(position) holds \(Swift.type(of: value)); the function takes \(type)")
        }
        return typed
    }
}
