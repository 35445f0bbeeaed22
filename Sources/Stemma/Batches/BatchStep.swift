import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// What a batch does for one combination of keys: a call, and where its outputs go.
struct BatchStep: Sendable {
    /// Where one output of the call is saved.
    struct Place: Sendable {
        let variable: String
        let keys: Keys
        let version: Version
    }

    let call: Call
    let outputs: OutputShape
    /// The places of the outputs, in order; of a list that is spread over a key, by how many there are.
    let places: @Sendable (Int) -> [Place]
    /// Why recorded outputs do not count, where they stand for something outside of the store.
    var check: @Sendable ([LineageRecord.Output]) throws -> MissReason? = { _ in nil }
    /// Runs the function, and gives the payloads of its outputs.
    let run: Rerun.Body
}

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
