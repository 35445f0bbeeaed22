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
        return explanation
    }

    /// Puts what the function records say in place of the identities.
    private func tellParts(_ cause: inout Cause) throws {
        guard case .identity(let from)? = cause.from, case .identity(let to)? = cause.to,
            let before = try functionRecord(from), let after = try functionRecord(to)
        else { return }
        let difference = FunctionDifference(from: before, to: after)
        if let versions = difference.versions {
            (cause.from, cause.to) = (.version(versions.from), .version(versions.to))
        }
        cause.parts = difference.parts
    }
}
