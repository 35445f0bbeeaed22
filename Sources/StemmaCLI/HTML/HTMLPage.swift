/// One HTML file that needs nothing else: it opens from a disk, without a network, and prints.
struct HTMLPage {
    /// A part of the page below a heading.
    struct Section {
        let title: String
        let content: [Content]

        init(_ title: String, _ content: Content...) {
            self.title = title
            self.content = content
        }
    }

    /// What a section holds. All of it is text that is escaped here.
    enum Content {
        case paragraph(String)
        case table(Table)
        case graph(GraphDrawing)
    }

    /// Rows below headings, made when they are written.
    struct Table {
        /// One row.
        struct Row {
            /// The lines of each cell.
            let cells: [[String]]
            /// The id by which boxes of a drawing lead here.
            var anchor: String?
            var mark: GraphDrawing.Mark?
        }

        let headings: [String]
        /// The columns that are digests or counts, and never broken.
        var fixed: Set<Int> = []
        let count: Int
        let row: (Int) -> Row
    }

    let title: String
    /// A line below the title.
    var subtitle = ""
    let sections: [Section]

    /// Hands over the page piece by piece.
    func write(to sink: (String) throws -> Void) rethrows {
        let title = HTMLText.escaped(title)
        try sink(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(title)</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <h1>\(title)</h1>

            """)
        if !subtitle.isEmpty { try sink("<p class=\"subtitle\">\(HTMLText.escaped(subtitle))</p>\n") }
        for section in sections {
            try sink("<section>\n<h2>\(HTMLText.escaped(section.title))</h2>\n")
            for content in section.content { try write(content, to: sink) }
            try sink("</section>\n")
        }
        try sink("</body>\n</html>\n")
    }

    private func write(_ content: Content, to sink: (String) throws -> Void) rethrows {
        switch content {
        case .paragraph(let text): try sink("<p>\(HTMLText.escaped(text))</p>\n")
        case .graph(let drawing):
            try sink("<div class=\"drawing\">\n")
            try drawing.write(to: sink)
            try sink("</div>\n")
        case .table(let table):
            let headings = table.headings.map { "<th>\(HTMLText.escaped($0))</th>" }.joined()
            try sink("<div class=\"wide\"><table>\n<thead><tr>\(headings)</tr></thead>\n<tbody>\n")
            for index in 0..<table.count {
                let row = table.row(index)
                let id = row.anchor.map { " id=\"\(HTMLText.escaped($0))\"" } ?? ""
                let style = row.mark.map { " class=\"\($0.rawValue)\"" } ?? ""
                let cells = row.cells.enumerated().map { column, lines in
                    let style = table.fixed.contains(column) ? " class=\"fixed\"" : ""
                    return "<td\(style)>\(lines.map(HTMLText.escaped).joined(separator: "<br>"))</td>"
                }.joined()
                try sink("<tr\(id)\(style)>\(cells)</tr>\n")
            }
            try sink("</tbody>\n</table></div>\n")
        }
    }
}
