import StemmaBlobs
import StemmaLineage
import StemmaRecords

/// What a batch does for one combination of keys: a call, and where its outputs go.
struct BatchStep: Sendable {
    let call: Call
    let outputs: OutputShape
    /// Where the outputs are saved, in order; of a list that is spread over a key, by how many there are.
    let places: @Sendable (Int) -> [Address]
    /// Records that longer lists of earlier calls have left behind so many outputs.
    var surplus: @Sendable (Int) throws -> [Record] = { _ in [] }
    /// Why recorded outputs do not count, where they stand for something outside of the store.
    var check: @Sendable ([LineageRecord.Output]) throws -> MissReason? = { _ in nil }
    /// Runs the function, and gives the payloads of its outputs.
    let run: Rerun.Body
}

extension BatchStep {
    /// Throws `.outputIsInput` when one of so many outputs goes where an input was taken from: what it was made from
    /// would be gone.
    func checkKeepsInputs(_ count: Int, _ keys: KeyDeclarations) throws {
        let places = Set(places(count))
        for (input, address) in inputs where places.contains(address) {
            throw StemmaError.outputIsInput(input, keys.text(of: address))
        }
    }

    /// Whether an input was taken from one of these variables.
    func writesWhereItReads(_ variables: [String]) -> Bool {
        inputs.contains { variables.contains($0.address.variable) }
    }

    /// The records among the arguments, by the names of these.
    private var inputs: [(name: String, address: Address)] {
        call.arguments.compactMap { argument in
            guard case .input(let input, _) = argument.kind else { return nil }
            return input.address.map { (input.name, $0) }
        }
    }
}
