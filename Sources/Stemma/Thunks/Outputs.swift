import StemmaRecords

/// What a thunk returns whose function returns a tuple: each element is an output of its own.
public struct Unpacked<each Value: Sendable>: Sendable {
    /// The elements of the tuple.
    public let values: (repeat each Value)

    /// The elements of a tuple.
    public init(_ values: repeat each Value) { self.values = (repeat each values) }
}

/// What a thunk returns whose function returns a list of a fixed length: each element is an output of its own.
public struct OutputList<Value: Sendable>: Sendable {
    /// The elements of the list.
    public let values: [Value]

    /// The elements of a list.
    public init(_ values: [Value]) { self.values = values }
}

/// A result that is more than one output.
protocol SeveralOutputs {
    /// The types of the outputs; of a list, the type of one.
    static var types: [Any.Type] { get }
}

extension Unpacked: SeveralOutputs {
    static var types: [Any.Type] {
        var types: [Any.Type] = []
        for type in repeat (each Value).self { types.append(type) }
        return types
    }
}

extension OutputList: SeveralOutputs {
    static var types: [Any.Type] { [Value.self] }
}
