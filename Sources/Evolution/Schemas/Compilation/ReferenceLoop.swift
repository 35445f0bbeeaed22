import StemmaBlobs

/// Schemas that apply themselves to the same value, through whatever keywords: to check a value would never end.
enum ReferenceLoop {
    private enum Color { case new, open, done }

    /// Throws `referenceLoop` at a schema that leads to itself.
    static func refuse(in nodes: [SchemaNode]) throws {
        var colors = [Color](repeating: .new, count: nodes.count)
        for start in nodes.indices where colors[start] == .new {
            // The way from the start, each with how many of its schemas were followed.
            var way = [(node: start, next: 0)]
            colors[start] = .open
            while let (node, next) = way.last {
                guard next < nodes[node].inPlace.count else {
                    colors[node] = .done
                    way.removeLast()
                    continue
                }
                way[way.count - 1].next += 1
                let target = nodes[node].inPlace[next]
                switch colors[target] {
                case .new:
                    colors[target] = .open
                    way.append((target, 0))
                case .open: throw StemmaError.referenceLoop(at: nodes[node].location)
                case .done: break
                }
            }
        }
    }
}
