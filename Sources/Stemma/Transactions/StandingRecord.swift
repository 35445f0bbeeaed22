import StemmaBlobs
import StemmaRecords

extension [Record] {
    /// The record among the variants of one address that holds an output of a call, so that saving the output there
    /// would change nothing.
    ///
    /// It stands under the version itself or, where nothing does, under one that contains it, as after a backfill. One
    /// that was migrated holds the output in another form.
    func standing(
        under version: Version, lineage: Digest, output: Int, content: Digest
    ) -> Record? {
        let candidates =
            first { $0.version == version }.map { [$0] } ?? filter { $0.version.contains(version) }
        return candidates.first {
            $0.lineage == lineage && $0.output == output
                && ($0.content == content || !$0.migratedFrom.isEmpty)
        }
    }
}
