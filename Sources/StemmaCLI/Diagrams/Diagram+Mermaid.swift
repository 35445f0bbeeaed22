extension Diagram {
    /// The diagram as a Mermaid flowchart, which hosts of git repositories draw (https://mermaid.js.org).
    var mermaid: String {
        var text = "flowchart TD\n"
        for (index, node) in nodes.enumerated() {
            let label = ([node.title] + node.lines).map(Self.mermaidEscaped).joined(separator: "<br>")
            let (open, close) = Self.mermaidShape(node.kind)
            text += "  n\(index)\(open)\"\(label)\"\(close)\n"
        }
        for edge in edges {
            let label = edge.label.isEmpty ? "" : "|\"\(Self.mermaidEscaped(edge.label))\"|"
            text += "  n\(edge.from) -->\(label) n\(edge.to)\n"
        }
        return text
    }

    private static func mermaidShape(_ kind: Kind) -> (open: String, close: String) {
        switch kind {
        case .result: ("[", "]")
        case .data: ("[(", ")]")
        case .edit: ("[/", "/]")
        case .missing: ("{{", "}}")
        case .function: ("([", "])")
        }
    }

    /// Labels are a kind of HTML and of Markdown; whatever is neither letter, digit nor harmless is written by its
    /// number, as Mermaid has it.
    private static func mermaidEscaped(_ text: String) -> String {
        var escaped = ""
        for scalar in Shell.visible(text).unicodeScalars {
            if scalar.value >= 0x80 || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " =.,:-+()/'".unicodeScalars.contains(scalar)
            {
                escaped.unicodeScalars.append(scalar)
            } else {
                escaped += "#\(scalar.value);"
            }
        }
        return escaped
    }
}
