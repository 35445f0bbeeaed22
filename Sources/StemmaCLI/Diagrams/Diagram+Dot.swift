extension Diagram {
    /// The diagram in Graphviz' language (https://graphviz.org/doc/info/lang.html).
    var dot: String {
        var text = """
            digraph stemma {
              rankdir=TB;
              node [shape=box, style="rounded,filled", fillcolor=white, fontname="sans-serif", fontsize=11];
              edge [fontname="sans-serif", fontsize=9];

            """
        for (index, node) in nodes.enumerated() {
            let label = ([node.title] + node.lines).map(Self.dotEscaped).joined(separator: "\\n")
            text += "  n\(index) [label=\"\(label)\"\(Self.dotStyle(node.kind))];\n"
        }
        for edge in edges {
            let label = edge.label.isEmpty ? "" : " [label=\"\(Self.dotEscaped(edge.label))\"]"
            text += "  n\(edge.from) -> n\(edge.to)\(label);\n"
        }
        return text + "}\n"
    }

    private static func dotStyle(_ kind: Kind) -> String {
        switch kind {
        case .result: ""
        case .data: ", shape=cylinder, style=filled, fillcolor=\"#eef3f8\""
        case .edit: ", fillcolor=\"#fff3cd\""
        case .missing: ", color=\"#b3261e\", style=\"rounded,dashed\""
        case .function: ", style=filled, fillcolor=\"#e9e4f5\""
        }
    }

    /// In double quotes only these two mean something; a backslash begins escapes of labels.
    private static func dotEscaped(_ text: String) -> String {
        var escaped = ""
        for character in Shell.visible(text) {
            if character == "\"" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
