import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// One call: a function, its arguments, and the invocation that they make.
struct Call {
    let function: CalledFunction
    /// Older identities of the function whose results stay valid.
    let compatible: [Digest]
    let arguments: [Argument]
    /// The keys that the function is told.
    let keys: Keys?
    let invocation: Digest

    init(
        _ function: CalledFunction, compatible: [Digest] = [], _ arguments: [Argument], keys: Keys? = nil
    ) {
        self.function = function
        self.compatible = compatible
        self.arguments = arguments
        self.keys = keys
        invocation = Self.invocation(function, function.identity, arguments, keys)
    }

    /// The invocations of the same call by older identities of the function.
    var compatibleInvocations: [Digest] {
        compatible.map { Self.invocation(function, $0, arguments, keys) }
    }

    private static func invocation(
        _ function: CalledFunction, _ identity: Digest, _ arguments: [Argument], _ keys: Keys?
    ) -> Digest {
        let invocation = Invocation(function: function.record, identity: identity)
        for argument in arguments { argument.add(to: invocation) }
        if let keys { invocation.add(keys: keys) }
        return invocation.finish()
    }

    /// The function as it runs now.
    var runningFunction: LineageRecord.Function {
        LineageRecord.Function(
            name: function.record.name, language: function.record.language, identity: function.identity,
            untracked: function.untracked)
    }

    /// The call as a lineage record without outputs, to be compared with others.
    var proposed: LineageRecord {
        lineage(RecordedCall(runningFunction, invocation, []), isFresh: false).record
    }

    /// The lineage record of the call, with the function that made its outputs.
    ///
    /// - Parameter isFresh: whether the function has just run.
    func lineage(_ recorded: RecordedCall, isFresh: Bool) -> PendingLineage {
        var record = LineageRecord(
            origin: .call(recorded.function, invocation: recorded.invocation), keys: keys,
            outputs: recorded.outputs)
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
        // The function record of an older identity came with the lineage record that was found.
        let functions = recorded.function.identity == function.identity ? [function.blob] : []
        return PendingLineage(
            record: record, isFresh: isFresh, functions: functions, constants: constants, inputs: inputs)
    }
}
