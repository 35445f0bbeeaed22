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
        let parameters = thunk.record.parameters
        guard arguments.count == parameters.count else {
            throw StemmaError.argumentMismatch(
                thunk.name, "\(arguments.count) arguments are given; the function takes \(parameters.count)")
        }
        var resolved: [Argument] = []
        for type in repeat (each Input).self {
            let position = resolved.count
            resolved.append(
                try Argument(
                    arguments[position], as: type, name: parameters[position].name, position: position,
                    function: thunk.name))
        }
        let call = Call(function: thunk.record, identity: thunk.identity, arguments: resolved)
        let codec = try PayloadCodec<Output>()
        if let output = try answer(call.invocation, format: codec.format) {
            return traced(output, call, codec)
        }
        var cursor = ArgumentCursor(resolved, function: thunk.name)
        let result = try thunk.body(repeat try cursor.next((each Input).self))
        return try traced(result, call, codec)
    }

    /// The recorded output of an invocation whose payload can be read; `nil` for a miss.
    private func answer(_ invocation: Digest, format: PayloadFormat) throws -> LineageRecord.Output? {
        if let output = try answerKnown(invocation, format: format) { return output }
        // Another branch of this clone may have it.
        guard try state.withLock({ try searchHistory() }) else { return nil }
        return try answerKnown(invocation, format: format)
    }

    private func answerKnown(_ invocation: Digest, format: PayloadFormat) throws -> LineageRecord.Output? {
        try read { catalog in
            for digest in try catalog.lineage(ofInvocation: invocation) {
                // A lineage record that is damaged or gone is a miss, and fsck's to report.
                guard let bytes = try? readMetadata(digest, in: catalog),
                    let record = try? LineageRecord(blob: bytes),
                    record.invocation == invocation, record.outputs.count == 1,
                    record.outputs[0].format == format,
                    try record.outputs[0].value != nil || locate(record.outputs[0].digest, in: catalog) != nil
                else { continue }
                return record.outputs[0]
            }
            return nil
        }
    }

    /// A hit: the value is read when it is asked for.
    private func traced<Output>(
        _ output: LineageRecord.Output, _ call: Call, _ codec: PayloadCodec<Output>
    ) -> Traced<Output> {
        // The call may have other inputs than the one that is recorded, from other addresses: it has a lineage record
        // of its own, which is the same one when they are the same.
        let pending = call.lineage(output)
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
        let pending = call.lineage(output)
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

/// One call: its arguments and the invocation that they make.
private struct Call {
    let function: FunctionRecord
    let identity: Digest
    let arguments: [Argument]
    let invocation: Digest

    init(function: FunctionRecord, identity: Digest, arguments: [Argument]) {
        self.function = function
        self.identity = identity
        self.arguments = arguments
        let invocation = Invocation(function: function, identity: identity)
        for argument in arguments {
            switch argument.kind {
            case .input(let input, _):
                invocation.add(input: input.name, format: input.format, content: input.content)
            case .constant(let constant, let bits, _):
                invocation.add(constant: constant.name, type: constant.type, bits: bits)
            }
        }
        self.invocation = invocation.finish()
    }

    func lineage(_ output: LineageRecord.Output) -> PendingLineage {
        var record = LineageRecord(
            origin: .call(
                LineageRecord.Function(name: function.name, language: function.language, identity: identity),
                invocation: invocation),
            outputs: [output])
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
        return PendingLineage(record: record, function: function.blob, constants: blobs, inputs: inputs)
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
