import Stemma
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

    @Test("No two boxes touch, whatever the graph; the same graph gives the same drawing")
    func layout() {
        var random = SystemRandomNumberGenerator()
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
                        "\(a) and \(b) of \(diagram.edges)")
                }
                #expect(layout.centers[a].x >= 75 && layout.centers[a].x <= layout.size.x - 75)
            }
            #expect(svg(GraphDrawing(diagram)) == svg(GraphDrawing(diagram)))
        }
    }

    private func svg(_ drawing: GraphDrawing) -> String {
        var text = ""
        drawing.write { text += $0 }
        return text
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
