import StemmaRecords

/// The formats of section 7.3 of the draft's validation part that are asserted when a schema is made so.
///
/// `idn-hostname` is not among them: it takes the tables of IDNA, which nothing here has.
enum StringFormat: String, CaseIterable {
    case dateTime = "date-time"
    case date, time, duration, email
    case idnEmail = "idn-email"
    case hostname, ipv4, ipv6, uri
    case uriReference = "uri-reference"
    case iri
    case iriReference = "iri-reference"
    case uuid
    case uriTemplate = "uri-template"
    case jsonPointer = "json-pointer"
    case relativeJSONPointer = "relative-json-pointer"
    case regex

    /// Whether a text is of the format.
    func accepts(_ text: String) -> Bool {
        switch self {
        case .regex: (try? PatternTranslator.translate(text)) != nil
        case .jsonPointer: (try? JSONPointer(text)) != nil
        default: text.withBytes { accepts(FormatScanner($0)) }
        }
    }

    private func accepts(_ text: FormatScanner) -> Bool {
        var text = text
        let isOfFormat =
            switch self {
            case .dateTime: text.dateTime()
            case .date: text.date()
            case .time: text.time()
            case .duration: text.duration()
            case .email: text.mailbox(isInternational: false)
            case .idnEmail: text.mailbox(isInternational: true)
            case .hostname: text.hostname()
            case .ipv4: text.ipv4()
            case .ipv6: text.ipv6()
            case .uri: text.uri(isInternational: false)
            case .uriReference: text.uriReference(isInternational: false)
            case .iri: text.uri(isInternational: true)
            case .iriReference: text.uriReference(isInternational: true)
            case .uuid: text.uuid()
            case .uriTemplate: text.uriTemplate()
            case .relativeJSONPointer: text.relativePointer()
            case .regex, .jsonPointer: true
            }
        return isOfFormat && text.isAtEnd
    }
}

/// `format`, where it is an assertion.
struct FormatAssertion: Assertion {
    let format: StringFormat

    var rule: String { "format" }

    func holds(for value: JSONValue) -> Bool {
        guard case .string(let text) = value else { return true }
        return format.accepts(text)
    }

    func problem(with value: JSONValue) -> String { "\(value.shown) is not of the format \(format.rawValue)" }
}
