import StemmaBlobs
import StemmaRecords

extension LineageGraph {
    /// The graph above some results. Each lineage record is read once, however many results name it.
    ///
    /// - Parameters:
    ///   - starts: what is asked about; these are the first nodes.
    ///   - depth: how many steps to go up; `nil` for all.
    ///   - follows: whether an input belongs to the graph.
    package init(
        above starts: [LineageStart], depth: Int? = nil, source: LineageSource,
        follows: @escaping (LineageRecord.Input) -> Bool = { _ in true }
    ) throws {
        var walk = LineageWalk(depth: depth ?? .max, source: source, follows: follows)
        nodes = try walk.nodes(above: starts)
    }
}

/// A result whose lineage is asked for.
package struct LineageStart {
    var address: Address?
    var content: Digest
    var format: PayloadFormat
    var lineage: Digest?
    /// Which output of its call it is; `nil` where that is not known.
    var output: Int?

    package init(_ record: Record) {
        address = record.address
        output = record.output
        content = record.content
        format = record.format
        lineage = record.lineage
    }

    /// What makes two of them one node: an input does not say which output it was, and is the same result all the same.
    struct Identity: Hashable {
        let address: Address?
        let content: Digest
        let format: PayloadFormat
        let lineage: Digest?
    }

    var identity: Identity {
        Identity(address: address, content: content, format: format, lineage: lineage)
    }

    init(_ input: LineageRecord.Input) {
        address = input.address
        content = input.content
        format = input.format
        lineage = input.lineage
    }
}

extension LineageRecord.Input {
    /// Where the record stood; `nil` for an output that was never saved.
    package var address: Address? {
        variable.map { Address(variable: $0, keys: keys ?? [:], version: version ?? [:]) }
    }
}

/// Goes up breadth first, with a list in place of recursion: lineage may be a hundred thousand steps deep.
private struct LineageWalk {
    let depth: Int
    let source: LineageSource
    let follows: (LineageRecord.Input) -> Bool
    private var nodes: [LineageGraph.Node] = []
    private var positions: [LineageStart.Identity: Int] = [:]
    /// The first node of a lineage record. Others, of its other outputs or addresses, share what was read.
    private var readers: [Digest: Int] = [:]
    private var functions = FunctionMemo()
    /// The outputs of calls with several, which tell their nodes apart.
    private var outputs: [Digest: [Digest]] = [:]
    /// Which output a node is, where the record says so.
    private var told: [Int: Int] = [:]

    init(depth: Int, source: LineageSource, follows: @escaping (LineageRecord.Input) -> Bool) {
        self.depth = depth
        self.source = source
        self.follows = follows
    }

    mutating func nodes(above starts: [LineageStart]) throws -> [LineageGraph.Node] {
        for start in starts { _ = position(of: start, distance: 0) }
        var next = 0
        while next < nodes.count {
            if let lineage = nodes[next].lineage { try look(at: lineage, for: next) }
            next += 1
        }
        return nodes
    }

    private mutating func position(of start: LineageStart, distance: Int) -> Int {
        if let known = positions[start.identity] {
            told[known] = told[known] ?? start.output
            return known
        }
        nodes.append(
            LineageGraph.Node(
                address: start.address, content: start.content, format: start.format, lineage: start.lineage,
                distance: distance))
        positions[start.identity] = nodes.count - 1
        told[nodes.count - 1] = start.output
        return nodes.count - 1
    }

    private mutating func look(at lineage: Digest, for node: Int) throws {
        if let reader = readers[lineage] {
            // The first reader is at least as near, so that its inputs are at most as far.
            nodes[node].origin = nodes[reader].origin
            nodes[node].inputs = nodes[reader].inputs
            nodes[node].cutInputs = nodes[reader].cutInputs
            setOutput(of: node, lineage)
            return
        }
        readers[lineage] = node
        let record: LineageRecord
        switch try source.record(lineage) {
        case .success(let found): record = found
        case .failure(let error):
            nodes[node].origin = .unreadable(error)
            return
        }
        outputs[lineage] = record.outputs.count > 1 ? record.outputs.map(\.digest) : nil
        nodes[node].origin = try origin(of: record)
        setOutput(of: node, lineage)
        let inputs = record.inputs.filter(follows).sorted { $0.position < $1.position }
        guard nodes[node].distance < depth else {
            nodes[node].cutInputs = inputs.count
            return
        }
        let distance = nodes[node].distance + 1
        var arguments: [LineageGraph.Input] = []
        for input in inputs {
            arguments.append(
                LineageGraph.Input(
                    name: input.name, position: input.position,
                    node: position(of: LineageStart(input), distance: distance), isWhole: input.isWhole))
        }
        nodes[node].inputs = arguments
    }

    private mutating func origin(of record: LineageRecord) throws -> LineageGraph.Origin {
        switch record.origin {
        case .edit(let reason): .edit(reason: reason)
        case .call(let function, let invocation):
            .call(
                LineageGraph.Call(
                    function: try functions.function(function, source), invocation: invocation,
                    constants: record.constants.map(LineageGraph.Constant.init)
                        .sorted { $0.position < $1.position },
                    keys: record.keys, output: record.outputs.count == 1 ? 0 : nil,
                    outputs: record.outputs.count))
        }
    }

    private mutating func setOutput(of node: Int, _ lineage: Digest) {
        guard case .call(var call) = nodes[node].origin, let outputs = outputs[lineage] else { return }
        // Outputs can be equal; then only the record knows.
        let equal = outputs.indices.filter { outputs[$0] == nodes[node].content }
        call.output =
            told[node].flatMap { outputs.indices.contains($0) ? $0 : nil }
            ?? (equal.count == 1 ? equal[0] : nil)
        nodes[node].origin = .call(call)
    }
}

extension LineageGraph.Constant {
    fileprivate init(_ constant: LineageRecord.Constant) {
        name = constant.name
        position = constant.position
        type = constant.type
        value =
            switch constant.value {
            case .inline(let value): .inline(value)
            case .blob(let digest, let format, let preview):
                .blob(digest: digest, format: format, preview: preview)
            }
    }
}
