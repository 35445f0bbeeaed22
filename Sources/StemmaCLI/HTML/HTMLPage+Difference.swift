import Stemma

extension HTMLPage {
    /// More rows than this are for the command line.
    private static let mostRows = 5000
    private static let mostCauses = 500
    /// More boxes than this are nothing that anybody looks at.
    private static let mostVariables = 400

    /// What differs between two states and why: the causes, both pipelines in one drawing, and the records.
    init(
        title: String, _ difference: Difference, _ explanation: Explanation,
        _ pipelines: PipelineComparison, _ keys: KeyDeclarations
    ) {
        var sections = [Self.causes(explanation, CauseText(keys))]
        if !difference.renamed.isEmpty {
            let names = difference.renamed.map { "\($0.from) is called \($0.to)" }
            sections.append(Section("Renamed", .paragraph(names.joined(separator: "; ") + ".")))
        }
        if pipelines.diagram.nodes.count <= Self.mostVariables {
            let drawing = GraphDrawing(pipelines.diagram, marks: pipelines.marks)
            sections.append(Section("Pipeline", .graph(drawing)))
        }
        if !difference.changes.isEmpty { sections.append(Self.changes(difference, DifferenceText(keys))) }
        self.init(title: title, subtitle: Amount.changes(of: difference), sections: sections)
    }

    private static func causes(_ explanation: Explanation, _ text: CauseText) -> Section {
        let (causes, unexplained) = (explanation.causes, explanation.unexplained)
        if causes.isEmpty, unexplained.isEmpty { return Section("Causes", .paragraph("Nothing differs.")) }
        let shown = min(causes.count, mostCauses)
        let table = Table(
            headings: ["Cause", "Of", "Change", "Direct", "Downstream", "Example"], fixed: [3, 4],
            count: unexplained.count + shown
        ) { index in
            guard index < shown else {
                let rest = unexplained[index - shown]
                return Table.Row(
                    cells: [
                        ["unexplained"], [text.reason(rest.reason)], [], [Amount.count(rest.count)], [],
                        [text.address.of(rest.example)],
                    ])
            }
            let cause = causes[index]
            return Table.Row(
                cells: [
                    [text.title(cause.kind)], [text.subject(cause)], [text.transition(cause)],
                    [Amount.count(cause.direct)], [Amount.count(cause.downstream)],
                    [text.address.of(cause.example)],
                ], mark: .cause)
        }
        guard causes.count > shown else { return Section("Causes", .table(table)) }
        return Section(
            "Causes", .paragraph("The first \(Amount.count(shown)) of \(Amount.count(causes.count))."),
            .table(table))
    }

    private static func changes(_ difference: Difference, _ text: DifferenceText) -> Section {
        let changes = difference.changes
        let count = min(changes.count, mostRows)
        let table = Table(
            headings: ["", "Record", "Fields", "Before", "After"], fixed: [0], count: count
        ) { index in
            let change = changes[index]
            let mark: GraphDrawing.Mark =
                switch change.status {
                case .added: .added
                case .changed: .changed
                case .removed: .removed
                }
            return Table.Row(
                cells: [
                    [change.status.rawValue], [text.address.of(change.record)],
                    [change.fields.joined(separator: ", ")], [DifferenceText.content(change.before)],
                    [DifferenceText.content(change.after)],
                ], mark: mark)
        }
        guard changes.count > count else { return Section("Changes", .table(table)) }
        let note =
            "The first \(Amount.count(count)) of \(Amount.count(changes.count)); stemma diff has them all."
        return Section("Changes", .paragraph(note), .table(table))
    }
}
