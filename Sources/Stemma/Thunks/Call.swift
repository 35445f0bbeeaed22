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

    /// The same call with inputs as they were before migrations that keep what is downstream: what it gave counts.
    ///
    /// Of many such inputs not every combination is looked at: only so many, those that are least far back first.
    var earlier: [Call] {
        guard arguments.contains(where: { !$0.standsFor.isEmpty }) else { return [] }
        var found: [(steps: Int, arguments: [Argument])] = [(0, [])]
        for argument in arguments {
            let choices = [argument] + argument.earlier
            found = found.flatMap { begun in
                choices.enumerated().map { (begun.steps + $0.offset, begun.arguments + [$0.element]) }
            }
            found = Array(found.sorted { $0.steps < $1.steps }.prefix(Self.mostEarlier + 1))
        }
        return found.dropFirst().map { Call(function, compatible: compatible, $0.arguments, keys: keys) }
    }

    private static let mostEarlier = 16

    /// The invocations of the same call by older identities of the function, and under other names of it.
    func otherInvocations(under names: [String]) -> [Digest] {
        let others = names.map(function.called)
        return others.map { Self.invocation($0, $0.identity, arguments, keys) }
            + ([function] + others).flatMap { function in
                compatible.map { Self.invocation(function, $0, arguments, keys) }
            }
    }

    private static func invocation(
        _ function: CalledFunction, _ identity: Digest, _ arguments: [Argument], _ keys: Keys?
    ) -> Digest {
        let invocation = Invocation(function: function.record, identity: identity)
        for argument in arguments { argument.add(to: invocation) }
        if let keys { invocation.add(keys: keys) }
        return invocation.finish()
    }

    /// The call as it runs now.
    func running(_ outputs: [LineageRecord.Output]) -> RecordedCall {
        let called = LineageRecord.Function(
            name: function.record.name, language: function.record.language, identity: function.identity,
            untracked: function.untracked)
        return RecordedCall(function: called, invocation: invocation, outputs: outputs)
    }

    /// The call as a lineage record without outputs, to be compared with others.
    var proposed: LineageRecord {
        lineage(running([]), isFresh: false).record
    }

    /// The lineage record of the call, with the function that made its outputs.
    ///
    /// - Parameter isFresh: whether the function has just run.
    func lineage(_ recorded: RecordedCall, isFresh: Bool) -> CallLineage {
        let record = record(of: recorded)
        // The same inputs from the same addresses: the record is in the store already.
        if let known = recorded.lineage, known.record.isSameCall(as: record) || recorded.hasMovedInputs {
            return .recorded(known.record, known.digest)
        }
        var constants: [[UInt8]] = []
        var inputs: [PendingLineage] = []
        for argument in arguments {
            switch argument.kind {
            case .input(_, let pending): if let pending { inputs.append(pending) }
            case .constant(_, _, let blob): if let blob { constants.append(blob) }
            }
        }
        // The function record of an older identity came with the lineage record that was found.
        let functions = recorded.function.identity == function.identity ? [function.blob] : []
        return .pending(
            PendingLineage(
                record: record, isFresh: isFresh, functions: functions, constants: constants, inputs: inputs))
    }

    /// What a lineage record says of the call with these arguments.
    func record(of recorded: RecordedCall) -> LineageRecord {
        var record = LineageRecord(
            origin: .call(recorded.function, invocation: recorded.invocation), keys: keys,
            outputs: recorded.outputs)
        for argument in arguments {
            switch argument.kind {
            case .input(let input, _): record.inputs.append(input)
            case .constant(let constant, _, _): record.constants.append(constant)
            }
        }
        return record
    }
}

/// The lineage record of a call: one that the store has, or one that is to be saved.
enum CallLineage: Sendable {
    case recorded(LineageRecord, Digest)
    case pending(PendingLineage)

    var record: LineageRecord {
        switch self {
        case .recorded(let record, _): record
        case .pending(let pending): pending.record
        }
    }

    var digest: Digest {
        switch self {
        case .recorded(_, let digest): digest
        case .pending(let pending): pending.digest
        }
    }

    /// What is to be saved.
    var pending: PendingLineage? {
        if case .pending(let pending) = self { pending } else { nil }
    }
}
