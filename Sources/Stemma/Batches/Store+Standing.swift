import StemmaBlobs
import StemmaCatalog
import StemmaLineage
import StemmaRecords

/// What a batch asks of the records that stand where its outputs go.
extension Store {
    /// The records that stand where the outputs of a step go, under versions that contain theirs.
    func standing(_ step: BatchStep) throws -> [Record] {
        try step.places(1).flatMap { place in
            try variants(at: place).filter { $0.version.contains(place.version) }
        }
    }

    /// The records that outputs of a function have left behind the last of these places: one after another, up to the
    /// first place that has none.
    func surplus(of function: String, places: some Sequence<Address>) throws -> [Record] {
        let function = try state.withLock { try currentNames().current(.function, function) }
        var found: [Record] = []
        for place in places {
            let records = try variants(at: place).filter { record in
                guard record.version == place.version, let lineage = record.lineage else { return false }
                do {
                    return try read { try callRecord(lineage, in: $0).function?.name } == function
                } catch let error as StemmaError where error.isDamageOrAbsence {
                    // It may be somebody's own.
                    return false
                }
            }
            if records.isEmpty { break }
            found += records
        }
        return found
    }

    private func variants(at place: Address) throws -> [Record] {
        try read { catalog in
            guard let variable = try catalog.variable(place.variable) else { return [] }
            return try catalog.records(of: variable, keys: place.keys)
        }
    }

    /// Whether the outputs of a call stand where they go, with the lineage that the call gives them.
    ///
    /// - Parameter isRaised: whether a record of an older schema version than its variable's does not count.
    func stands(_ step: BatchStep, _ outcome: CallOutcome, isRaised: Bool = true) throws -> Bool {
        let lineage = outcome.lineage.digest
        guard try step.surplus(outcome.outputs.count).isEmpty else { return false }
        // One that the store has was just read; another one may be lost, though the record names it.
        guard try outcome.lineage.pending == nil || isReadable(lineage) else { return false }
        return try step.places(outcome.outputs.count).enumerated().allSatisfy { index, place in
            let standing = try variants(at: place).standing(
                under: place.version, lineage: lineage, output: index,
                content: outcome.outputs[index].digest)
            return try standing.map { try !isRaised || !isRaisedBySaving($0) } ?? false
        }
    }

    /// Whether saving the same result again would give a record the schema version that its variable has now.
    private func isRaisedBySaving(_ record: Record) throws -> Bool {
        guard let settings = try read({ try $0.variable(record.variable)?.settings }),
            settings.isBehind(record)
        else { return false }
        return try rules(of: record.variable)?.isRaisedBySaving(record) ?? false
    }

    /// Why a record is not what a call would make; `nil` when that cannot be told.
    func difference(_ record: Record, _ call: Call) throws -> CallDifference? {
        guard let digest = record.lineage else { return .origin }
        do {
            return try read { catalog in
                // The code may still have the name that the function had.
                let call = call.proposed.renaming(by: try currentNames())
                return CallDifference(from: try callRecord(digest, in: catalog), to: call)
            }
        } catch let error as StemmaError where error.isDamageOrAbsence {
            return nil
        }
    }
}
