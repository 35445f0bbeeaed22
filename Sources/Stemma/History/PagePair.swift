import StemmaBlobs
import StemmaRecords

/// One page of a variable as two views have it; empty where one does not.
struct PagePair: Sendable {
    let variable: ComparedVariable
    let filter: Filter
    /// As the second view calls it.
    let path: String
    let left: [UInt8]
    let right: [UInt8]

    /// The records of lines that only one of the pages has, in their order, and lines that are none.
    struct ChangedLines: Sendable {
        var removed: [Record] = []
        var added: [Record] = []
        var problems: [StemmaError] = []
    }

    func changedLines() -> ChangedLines {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                var changed = ChangedLines()
                let lines = LineDifference(from: left, to: right)
                for range in lines.removed {
                    if let record = record(left[range], variable.before, &changed) {
                        changed.removed.append(record)
                    }
                }
                for range in lines.added {
                    if let record = record(right[range], variable.after, &changed) {
                        changed.added.append(record)
                    }
                }
                return changed
            }
        }
    }

    /// The record of a line, if it matches; a line that is no record is noted.
    private func record(
        _ line: Slice<UnsafeRawBufferPointer>, _ name: String?, _ changed: inout ChangedLines
    ) -> Record? {
        do {
            let record = try Record(line: UnsafeRawBufferPointer(rebasing: line), variable: name ?? "")
            try record.checkValue()
            return filter.matches(record) ? record : nil
        } catch {
            changed.problems.append(.unreadableLine(path))
            return nil
        }
    }
}
