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
    /// Records that longer lists of earlier calls have left behind so many outputs.
    var surplus: @Sendable (Int) throws -> [Record] = { _ in [] }
    /// Why recorded outputs do not count, where they stand for something outside of the store.
    var check: @Sendable ([LineageRecord.Output]) throws -> MissReason? = { _ in nil }
    /// Runs the function, and gives the payloads of its outputs.
    let run: Rerun.Body
}

extension BatchStep {
    /// Throws `.outputIsInput` when an output goes where an input was taken from: what it was made from would be gone.
    func checkKeepsInputs(_ keys: KeyDeclarations) throws {
        let places = Set(places(1).map { Address(variable: $0.variable, keys: $0.keys, version: $0.version) })
        for case .input(let input, _) in call.arguments.map(\.kind) {
            guard let variable = input.variable else { continue }
            let address = Address(variable: variable, keys: input.keys ?? [:], version: input.version ?? [:])
            if places.contains(address) {
                throw StemmaError.outputIsInput(input.name, keys.text(of: address))
            }
        }
    }
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
