import StemmaLineage
import StemmaRecords

/// Which outputs a call has.
enum OutputShape: Sendable {
    /// These formats, in order.
    case exactly([PayloadFormat])
    /// As many as there are, of this format.
    case any(PayloadFormat)

    func accepts(_ outputs: [LineageRecord.Output]) -> Bool {
        switch self {
        case .exactly(let formats): outputs.map(\.format) == formats
        case .any(let format): outputs.allSatisfy { $0.format == format }
        }
    }

    func format(of index: Int) -> PayloadFormat {
        switch self {
        case .exactly(let formats): formats[index]
        case .any(let format): format
        }
    }
}
