/// Text as HTML and SVG take it.
enum HTMLText {
    /// The text with what would be read as markup written by its number, in elements and in attributes; what a
    /// terminal or browser would act on is made visible.
    static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in Shell.visible(text).unicodeScalars {
            switch scalar {
            case "&", "<", ">", "\"", "'", "`":
                escaped.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            // Marks that turn the direction of text would show names other than they are.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                escaped.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// The beginning of a text of one line, with an ellipsis where it was longer.
    static func cut(_ text: String, to count: Int) -> String {
        text.count > count ? text.prefix(max(1, count - 1)) + "…" : text
    }
}
