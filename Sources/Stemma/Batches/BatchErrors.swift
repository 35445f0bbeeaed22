import StemmaBlobs

extension StemmaError.Code {
    /// A result would go where an input of its call was taken from; `fields` has `address` and `input`.
    public static let outputIsInput = Self("output-is-input")
    /// The work was stopped before it was done.
    public static let interrupted = Self("interrupted")
}

extension StemmaError {
    static func outputIsInput(_ input: String, _ address: String) -> StemmaError {
        StemmaError(
            .outputIsInput, "the output would replace \(address), which is the input '\(input)'",
            hint: "save it in another variable; `BatchOptions.replacesInputs` insists",
            fields: ["address": address, "input": input])
    }

    static func interrupted() -> StemmaError { StemmaError(.interrupted, "it was stopped") }
}
