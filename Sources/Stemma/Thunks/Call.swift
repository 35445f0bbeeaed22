import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// One call: a function, its arguments, and the invocation that they make.
struct Call {
    /// A function as calls know it.
    struct Function {
        let record: FunctionRecord
        let identity: Digest
        /// Older identities whose results stay valid.
        var compatible: [Digest] = []
    }

    let function: Function
    let arguments: [Argument]
    /// The keys that the function is told.
    let keys: Keys?
    let invocation: Digest

    init(_ function: Function, _ arguments: [Argument], keys: Keys? = nil) {
        self.function = function
        self.arguments = arguments
        self.keys = keys
        invocation = Self.invocation(function, function.identity, arguments, keys)
    }

    /// The invocations of the same call by older identities of the function.
    var compatibleInvocations: [Digest] {
        function.compatible.map { Self.invocation(function, $0, arguments, keys) }
    }

    private static func invocation(
        _ function: Function, _ identity: Digest, _ arguments: [Argument], _ keys: Keys?
    ) -> Digest {
        let invocation = Invocation(function: function.record, identity: identity)
        for argument in arguments { argument.add(to: invocation) }
        if let keys { invocation.add(keys: keys) }
        return invocation.finish()
    }

    /// The lineage record of the call, with these outputs.
    ///
    /// - Parameter isFresh: whether the function has just run.
    func lineage(_ outputs: [LineageRecord.Output], isFresh: Bool) -> PendingLineage {
        var record = LineageRecord(
            origin: .call(
                LineageRecord.Function(
                    name: function.record.name, language: function.record.language,
                    identity: function.identity),
                invocation: invocation),
            keys: keys, outputs: outputs)
        var constants: [[UInt8]] = []
        var inputs: [PendingLineage] = []
        for argument in arguments {
            switch argument.kind {
            case .input(let input, let pending):
                record.inputs.append(input)
                if let pending { inputs.append(pending) }
            case .constant(let constant, _, let blob):
                record.constants.append(constant)
                if let blob { constants.append(blob) }
            }
        }
        return PendingLineage(
            record: record, isFresh: isFresh, functions: [function.record.blob], constants: constants,
            inputs: inputs)
    }
}
