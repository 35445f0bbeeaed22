import StemmaBlobs
import StemmaRecords

/// How two lineage records differ: what is of the calls themselves, and which inputs have to be asked for the rest.
package struct LineageComparison: Hashable, Sendable {
    /// Something that differs in the call itself.
    package enum Own: Hashable, Sendable {
        /// Another function, or the same one with another identity.
        case function(from: LineageRecord.Function, to: LineageRecord.Function)
        /// A constant by the name of its parameter; `nil` where there is none.
        case constant(String, from: LineageRecord.Constant.Value?, to: LineageRecord.Constant.Value?)
        /// What was handed to a parameter, where it is not the same thing in two states: something from another place,
        /// or a constant in place of an input; `nil` where there is nothing.
        case input(String, from: Handed?, to: Handed?)
        /// The keys that the function was told.
        case keys(from: Keys?, to: Keys?)
        /// One of them is an edit by hand, or both are; `nil` for a call.
        case edit(from: String?, to: String?)
    }

    /// What was handed to a parameter.
    package enum Handed: Hashable, Sendable {
        /// A record, or an output that was never saved.
        case input(LineageRecord.Input)
        /// A plain value.
        case constant(LineageRecord.Constant.Value)
    }

    /// One input in two states: the cause is upstream.
    package struct Upstream: Hashable, Sendable {
        package let before: LineageRecord.Input
        package let after: LineageRecord.Input
    }

    package private(set) var own: [Own] = []
    package private(set) var upstream: [Upstream] = []

    /// Compares how something was made before and after.
    ///
    /// The arguments of two functions of different names are not compared but where they have the same name.
    package init(from before: LineageRecord, to after: LineageRecord) {
        var isSameFunction = true
        switch (before.origin, after.origin) {
        case (.call(let old, _), .call(let new, _)):
            isSameFunction = old.name == new.name && old.language == new.language
            if !isSameFunction || old.identity != new.identity { own.append(.function(from: old, to: new)) }
        case (.edit(let old), .edit(let new)):
            if old != new { own.append(.edit(from: old, to: new)) }
        case (.call, .edit(let reason)):
            own.append(.edit(from: nil, to: reason))
            return
        case (.edit(let reason), .call):
            own.append(.edit(from: reason, to: nil))
            return
        }
        let inputs = InputPairs(before.inputs, after.inputs)
        compare(inputs)
        if isSameFunction {
            compareRest(inputs, Constants(before.constants), Constants(after.constants))
            if before.keys != after.keys {
                own.append(.keys(from: before.keys, to: after.keys))
            }
        }
        guard own.isEmpty, upstream.isEmpty else { return }
        // Nothing of consequence differs: what is left is where the same thing was taken from, or a second edit.
        for (old, new) in inputs.both {
            if old.variable != new.variable {
                own.append(.input(new.name, from: .input(old), to: .input(new)))
            } else if old.version != new.version {
                upstream.append(Upstream(before: old, after: new))
            }
        }
        if case .edit(let reason) = after.origin, own.isEmpty {
            own.append(.edit(from: reason, to: reason))
        }
    }

    private mutating func compare(_ inputs: InputPairs) {
        for (old, new) in inputs.both {
            if old.isElsewhere(than: new) {
                own.append(.input(new.name, from: .input(old), to: .input(new)))
            } else if old.content != new.content || old.lineage != new.lineage
                // A function that was not handed the version did nothing else for it.
                || old.version != new.version && new.isWhole
            {
                upstream.append(Upstream(before: old, after: new))
            }
        }
    }

    /// Constants, and inputs that only one of the two has.
    private mutating func compareRest(_ inputs: InputPairs, _ old: Constants, _ new: Constants) {
        var replaced: Set<String> = []
        for input in inputs.onlyBefore {
            let constant = old[input.name] == nil ? new[input.name] : nil
            if constant != nil { replaced.insert(input.name) }
            own.append(.input(input.name, from: .input(input), to: constant.map { .constant($0.value) }))
        }
        for input in inputs.onlyAfter {
            let constant = new[input.name] == nil ? old[input.name] : nil
            if constant != nil { replaced.insert(input.name) }
            own.append(.input(input.name, from: constant.map { .constant($0.value) }, to: .input(input)))
        }
        for constant in new.list where !replaced.contains(constant.name) {
            let before = old[constant.name]
            if before?.type != constant.type || before?.value != constant.value {
                own.append(.constant(constant.name, from: before?.value, to: constant.value))
            }
        }
        for constant in old.list where new[constant.name] == nil && !replaced.contains(constant.name) {
            own.append(.constant(constant.name, from: constant.value, to: nil))
        }
    }
}

/// The constants of a call by name.
private struct Constants {
    let list: [LineageRecord.Constant]

    init(_ list: [LineageRecord.Constant]) { self.list = list }

    /// Calls have few constants.
    subscript(name: String) -> LineageRecord.Constant? { list.first { $0.name == name } }
}

extension LineageRecord.Input {
    /// Whether the other one is another thing, and not this one in another state. Saving an output before it is used
    /// makes no other thing of it.
    fileprivate func isElsewhere(than other: LineageRecord.Input) -> Bool {
        guard variable != nil, other.variable != nil else { return false }
        return variable != other.variable || keys != other.keys
            // Data that was not computed has no other story than where it stands. A backfill adds to its version.
            || lineage == nil && other.lineage == nil && content != other.content
                && !(other.version ?? [:]).contains(version ?? [:])
    }
}
