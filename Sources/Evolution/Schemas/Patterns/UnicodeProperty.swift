/// The names that ECMA-262 has for properties of characters, as PCRE2 knows them.
enum UnicodeProperty {
    /// What stands in the braces of `\p{...}` there; `nil` if it cannot be a property.
    static func translate(_ text: String) -> (name: String, isNegated: Bool)? {
        guard !text.isEmpty, text.utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: "=") }) else {
            return nil
        }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard let last = parts.last, !last.isEmpty, parts.count <= 2 else { return nil }
        switch parts.count == 2 ? parts[0] : "" {
        case "":
            // PCRE2 has no property of this name.
            if text == "Assigned" { return ("Cn", true) }
            return (categories[text] ?? text, false)
        case "General_Category", "gc": return (categories[last] ?? last, false)
        case "Script", "sc", "Script_Extensions", "scx": return (text, false)
        default: return nil
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// PCRE2 knows the general categories by their short names only.
    private static let categories = [
        "Letter": "L", "Cased_Letter": "L&", "LC": "L&", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
        "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo",
        "Mark": "M", "Combining_Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc",
        "Enclosing_Mark": "Me",
        "Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
        "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd",
        "Open_Punctuation": "Ps", "Close_Punctuation": "Pe", "Initial_Punctuation": "Pi",
        "Final_Punctuation": "Pf", "Other_Punctuation": "Po",
        "Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk",
        "Other_Symbol": "So",
        "Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp",
        "Other": "C", "Control": "Cc", "cntrl": "Cc", "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co",
        "Unassigned": "Cn",
    ]
}
