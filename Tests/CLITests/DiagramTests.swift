import Stemma
import TestSupport
import Testing

@testable import StemmaCLI

@Suite("Diagrams and pages")
struct DiagramTests {
    private static let hostile = "<script>alert('x')</script> \"&` \u{1B}[31m \u{202E}\\n]]>"

    private static func chain(_ count: Int) -> Diagram {
        Diagram(
            nodes: (0..<count).map { Diagram.Node(kind: .result, title: "n\($0)") },
            edges: (1..<count).map { Diagram.Edge(from: $0 - 1, to: $0) })
    }

    @Test("Layers follow the arrows; a circle is cut; what nothing leads to stands beside its use")
    func ranks() {
        var diagram = Self.chain(5)
        diagram.nodes.append(Diagram.Node(kind: .data, title: "late"))
        diagram.edges += [Diagram.Edge(from: 5, to: 4), Diagram.Edge(from: 4, to: 1)]
        #expect(LayeredGraph.ranks(of: diagram) == [0, 1, 2, 3, 4, 3])
        diagram.edges.append(Diagram.Edge(from: 2, to: 2))
        #expect(LayeredGraph.ranks(of: diagram) == [0, 1, 2, 3, 4, 3])
        #expect(LayeredGraph.ranks(of: Self.chain(100_000)).last == 99_999)
        #expect(LayeredGraph.ranks(of: Diagram()).isEmpty)
    }

    @Test("No two boxes touch, whatever the graph")
    func layout() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        for count in [1, 2, 7, 30, 60] {
            var diagram = Diagram(
                nodes: (0..<count).map { Diagram.Node(kind: .result, title: "n\($0)") })
            for _ in 0..<count * 2 {
                diagram.edges.append(
                    Diagram.Edge(
                        from: .random(in: 0..<count, using: &random),
                        to: .random(in: 0..<count, using: &random)))
            }
            let heights = (0..<count).map { 40 + Double($0 % 3) * 20 }
            let layout = GraphLayout(diagram, GraphLayout.Metrics(boxWidth: 150, boxHeights: heights))
            for a in 0..<count {
                for b in 0..<a {
                    let (p, q) = (layout.centers[a], layout.centers[b])
                    #expect(
                        abs(p.x - q.x) >= 150 || abs(p.y - q.y) >= (heights[a] + heights[b]) / 2,
                        "\(a) and \(b) of \(diagram.edges), seed \(seed)")
                }
                #expect(
                    layout.centers[a].x >= 75 && layout.centers[a].x <= layout.size.x - 75, "seed \(seed)")
            }
        }
    }

    @Test("The same graph gives the same drawing, in every process")
    func drawing() {
        var diagram = Diagram(
            nodes: [
                Diagram.Node(kind: .data, title: "Raw", lines: ["2 records"], anchor: "n0"),
                Diagram.Node(kind: .data, title: "Gain"), Diagram.Node(kind: .function, title: "scale 2"),
                Diagram.Node(kind: .result, title: "Scaled"),
            ],
            edges: [
                Diagram.Edge(from: 0, to: 2, label: "signal"), Diagram.Edge(from: 1, to: 2, label: "gain"),
                Diagram.Edge(from: 0, to: 2, label: "other"), Diagram.Edge(from: 2, to: 3),
                Diagram.Edge(from: 0, to: 3), Diagram.Edge(from: 3, to: 2, label: "again"),
            ])
        diagram.joinEdges()
        var text = ""
        GraphDrawing(diagram, marks: [1: .cause, 3: .changed]).write { text += $0 }
        expect(
            text,
            is: """
                <svg class="graph" xmlns="http://www.w3.org/2000/svg" role="img" width="306" height="241" viewBox="-12 -12 306 241">
                <defs><marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0.8 7.5 4 0 7.2z"/></marker></defs>
                <path class="edge" marker-end="url(#arrow)" d="M55 45C55 73 138 73 138 101"/>
                <path class="edge" marker-end="url(#arrow)" d="M183 37.5C183 41.3 183 41.3 183 45C183 73 138 73 138 101"/>
                <path class="edge" marker-end="url(#arrow)" d="M138 131C138 159 100 159 100 187"/>
                <path class="edge" marker-end="url(#arrow)" d="M55 45C55 73 62 73 62 101C62 116 62 116 62 131C62 159 100 159 100 187"/>
                <path class="edge" marker-end="url(#arrow)" d="M155 202C237 202 237 116 193 116"/>
                <a href="#n0"><g class="node data"><title>Raw
                2 records</title><rect x="0" y="0" width="110" height="45" rx="5"/><svg x="0" y="0" width="106" height="45"><text class="title" x="9" y="19">Raw</text><text x="9" y="34">2 records</text></svg></g></a>
                <g class="node data cause"><title>Gain</title><rect x="128" y="7.5" width="110" height="30" rx="5"/><svg x="128" y="7.5" width="106" height="30"><text class="title" x="9" y="19">Gain</text></svg></g>
                <g class="node function"><title>scale 2</title><rect x="83" y="101" width="110" height="30" rx="5"/><svg x="83" y="101" width="106" height="30"><text class="title" x="9" y="19">scale 2</text></svg></g>
                <g class="node result changed"><title>Scaled</title><rect x="45" y="187" width="110" height="30" rx="5"/><svg x="45" y="187" width="106" height="30"><text class="title" x="9" y="19">Scaled</text></svg></g>
                <text class="label" text-anchor="middle" x="55" y="63">signal, other</text>
                <text class="label" text-anchor="middle" x="183" y="55.5">gain</text>
                <text class="label" text-anchor="start" x="161" y="198">again</text>
                </svg>

                """)
    }

    @Test("The pipelines of two states that are the same are drawn as one, box for box and arrow for arrow")
    func comparison() throws {
        let fixture = try LineageCommandTests.fixture()
        defer { withExtendedLifetime(fixture) {} }
        let store = try Store.open(fixture.path("results"))
        let (view, pipeline) = (store.workTree, try store.pipeline())
        let difference = try store.difference(from: view, to: view)
        let both = PipelineComparison(
            pipeline, pipeline, difference, try store.explanation(of: difference, from: view, to: view))
        let alone = Diagram(pipeline)
        #expect(both.marks.isEmpty)
        #expect(both.diagram.nodes.map(\.kind) == alone.nodes.map(\.kind))
        #expect(both.diagram.edges == alone.edges)
        #expect(!alone.edges.isEmpty)
    }

    @Test("Hostile names are text in every form")
    func escaping() {
        let diagram = Diagram(
            nodes: [
                Diagram.Node(kind: .data, title: Self.hostile, lines: [Self.hostile], anchor: Self.hostile),
                Diagram.Node(kind: .result, title: "b"),
            ], edges: [Diagram.Edge(from: 0, to: 1, label: Self.hostile)])
        let page = HTMLPage(
            title: Self.hostile, subtitle: Self.hostile,
            sections: [
                HTMLPage.Section(
                    Self.hostile, .paragraph(Self.hostile),
                    .graph(GraphDrawing(diagram, marks: [0: .changed])),
                    .table(
                        HTMLPage.Table(headings: [Self.hostile], count: 1) { _ in
                            HTMLPage.Table.Row(cells: [[Self.hostile]], anchor: Self.hostile, mark: .added)
                        }))
            ])
        var html = ""
        page.write { html += $0 }
        #expect(!html.contains("<script") && !html.contains("alert('"))
        #expect(!html.unicodeScalars.contains("\u{1B}") && !html.unicodeScalars.contains("\u{202E}"))
        #expect(html.contains("&#60;script&#62;"))
        #expect(
            !html.contains("http://www.w3.org/1999") && !html.contains("src=") && !html.contains("@import"))
        #expect(html.contains("class=\"node data changed\"") && html.contains("class=\"added\""))

        #expect(diagram.dot.contains(#"alert('x')</script> \"&` \\u{1b}[31m"#))
        #expect(!diagram.mermaid.contains("<script") && !diagram.mermaid.contains("`"))
        #expect(diagram.mermaid.contains("#60;script#62;"))
    }
}
