import Stemma

extension HTMLPage {
    /// More boxes than this are nothing that anybody looks at; the table has them all.
    private static let mostBoxes = 400

    /// The family tree of a record, or what was made from it: the graph, and a table with a row for each node.
    init(title: String, subtitle: String, _ graph: LineageGraph, _ text: LineageNodeText) {
        let diagram = Diagram(graph, text)
        let table = Table(
            headings: ["Result", "Digest", "Made by", "Constants", "From"], fixed: [1],
            count: graph.nodes.count
        ) { index in
            let node = graph.nodes[index]
            let inputs = node.inputs.map { "\($0.name): \(text.name(graph.nodes[$0.node]))" }
            return Table.Row(
                cells: [
                    [text.name(node)], [node.content.short], [text.maker(node.origin) ?? "data"],
                    text.constants(node.origin), inputs + [text.cut(node)].compactMap(\.self),
                ], anchor: "n\(index)")
        }
        self.init(
            title: title, subtitle: subtitle,
            sections: [Self.drawing(of: diagram), Section("All of it", .table(table))])
    }

    /// Which variables become which: the graph, and a table with a row for each function.
    init(title: String, subtitle: String, _ pipeline: Pipeline) {
        let rows = PipelineText(pipeline).rows
        let table = Table(headings: ["From", "Function", "To", "Records"], fixed: [3], count: rows.count) {
            index in
            let row = rows[index]
            return Table.Row(cells: [[row.inputs], [row.function], [row.output], [row.count]])
        }
        self.init(
            title: title, subtitle: subtitle,
            sections: [Self.drawing(of: Diagram(pipeline)), Section("All of it", .table(table))])
    }

    private static func drawing(of diagram: Diagram) -> Section {
        guard diagram.nodes.count > mostBoxes else { return Section("Graph", .graph(GraphDrawing(diagram))) }
        let note = """
            Drawn are the nearest \(Amount.count(mostBoxes)) of \(Amount.count(diagram.nodes.count)); the table \
            below has them all.
            """
        return Section("Graph", .paragraph(note), .graph(GraphDrawing(diagram.prefix(mostBoxes))))
    }
}
