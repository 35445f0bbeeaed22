import StemmaBlobs
import StemmaLineage
import StemmaRecords

extension Store {
    /// Why records differ between two views: what is at the root of it, and how many records each cause explains.
    ///
    /// The lineage of each changed record is compared with the one that it had, and followed upstream as far as it
    /// differs; a record of one view alone is compared with the nearest variant at the same keys of the other one, and
    /// where there is none, it is a step or data that is new or gone. What lineage does not tell is not guessed, but
    /// counted as unexplained, as is a record whose lineage is missing or damaged.
    ///
    /// It costs two lineage records for each changed record and for each step upstream that differs, each read once, and
    /// about a kilobyte of memory for each such pair. No payload is read.
    ///
    /// - Parameters:
    ///   - difference: what `difference(from:to:)` found. If it is of a variable or filter alone, the views are compared
    ///     as a whole too, because causes upstream need not match.
    ///   - before: the view that it was found from.
    ///   - after: the view that it was found to.
    ///
    /// Throws `.corrupt` and `.objectMissing` for pages that cannot be read.
    public func explanation(
        of difference: Difference, from before: any ReadView, to after: any ReadView
    ) throws -> Explanation {
        var explainer = Explainer(self)
        var explanation = try explainer.explain(difference, from: before, to: after)
        for index in explanation.causes.indices where explanation.causes[index].kind == .function {
            try tellParts(&explanation.causes[index])
        }
        try tellSteps(&explanation, before, after)
        return explanation
    }

    /// As many records of the other view are looked at for a step, at most.
    private static let fewRecords = 256

    /// A step is new or gone only where the other view has no result of it; otherwise nobody has computed these there.
    private func tellSteps(
        _ explanation: inout Explanation, _ before: any ReadView, _ after: any ReadView
    ) throws {
        var steps: [Cause] = []
        for cause in explanation.causes where cause.kind == .newStep || cause.kind == .removedStep {
            let other = cause.kind == .newStep ? before : after
            guard let function = cause.function, try has(function, in: cause.example.variable, other) else {
                continue
            }
            steps.append(cause)
        }
        guard let first = steps.first else { return }
        explanation.causes.removeAll { steps.contains($0) }
        explanation.unexplained.append(
            Explanation.Unexplained(
                reason: .oneSide, count: steps.reduce(0) { $0 + $1.direct + $1.downstream },
                example: first.example))
    }

    private func has(_ function: String, in variable: String, _ view: any ReadView) throws -> Bool {
        var (found, looked) = (false, 0)
        do {
            try view.forEachRecord(of: variable) { record in
                looked += 1
                if let lineage = record.lineage {
                    do {
                        found = try read { try callRecord(lineage, in: $0) }.function?.name == function
                    } catch let error as StemmaError where error.isDamageOrAbsence {
                        // It cannot tell.
                    }
                }
                return !found && looked < Self.fewRecords
            }
        } catch let error as StemmaError
            where [.unknownVariable, .invalidPage, .duplicateRecord].contains(error.code)
        {
            // No such variable, or what could be read of it has said what it can.
        }
        return found
    }

    /// Puts what the function records say in place of the identities.
    private func tellParts(_ cause: inout Cause) throws {
        guard let from = cause.from?.asString.flatMap({ Digest(hex: $0) }),
            let to = cause.to?.asString.flatMap({ Digest(hex: $0) }),
            let before = try functionRecord(from), let after = try functionRecord(to)
        else { return }
        let difference = FunctionDifference(from: before, to: after)
        if let versions = difference.versions {
            (cause.from, cause.to) = (.string(versions.from), .string(versions.to))
        }
        cause.parts = difference.parts
    }
}
