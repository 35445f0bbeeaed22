import StemmaBlobs
import StemmaRecords

/// How far results are from one of the things that they may have been made from.
///
/// Each lineage record is read once; what is kept of it is its digest and a number.
package struct LineageReach {
    /// How far a result is.
    package enum Distance: Equatable {
        /// It was made from it, in this many steps on the shortest way.
        case steps(Int)
        /// It was not made from it.
        case none
        /// A part of its lineage cannot be read, and in what can, it is not.
        case unknown
    }

    private let target: Record
    /// What calls are given of the target now, where it is raised when it is read.
    private let raised: [Digest]
    /// All that stands at the target's keys, itself among them.
    private let variants: [Record]
    /// Steps, or one of the two numbers below.
    private var known: [Digest: Int32] = [:]
    private static let none = Int32.max
    private static let unknown = Int32.max - 1

    /// A lineage record whose inputs are being looked at.
    private struct Frame {
        let lineage: Digest
        var waiting: [Digest]
        var distance = LineageReach.none
    }

    /// - Parameter variants: what stands at the target's keys in the view that is meant; none where it is not known.
    /// - Parameter raised: what calls are given of the target now, where it is raised when it is read.
    package init(from target: Record, among variants: [Record] = [], raised: [Digest] = []) {
        (self.target, self.variants, self.raised) = (target, variants, raised)
    }

    /// How far the outputs of a lineage record are. Goes up with a list in place of recursion.
    package mutating func distance(of lineage: Digest, source: LineageSource) throws -> Distance {
        if known[lineage] == nil {
            var frames = [try frame(lineage, source)]
            while let frame = frames.last {
                guard let next = frame.waiting.last else {
                    known[frame.lineage] = frame.distance
                    frames.removeLast()
                    continue
                }
                if let found = known[next] {
                    let last = frames.count - 1
                    frames[last].waiting.removeLast()
                    frames[last].distance = min(frames[last].distance, Self.onward(found))
                } else {
                    // It is looked up again, and found, once its own frame is done.
                    frames.append(try self.frame(next, source))
                }
            }
        }
        switch known[lineage] {
        case Self.none?, nil: return .none
        case Self.unknown?: return .unknown
        case let steps?: return .steps(Int(steps))
        }
    }

    /// Whether an input is what was asked about, or was made from it. Knows only what `distance` went through.
    package func leads(to input: LineageRecord.Input) -> Bool {
        isTarget(input) || input.lineage.flatMap { known[$0] }.map { $0 < Self.unknown } ?? false
    }

    private static func onward(_ distance: Int32) -> Int32 { distance < unknown ? distance + 1 : distance }

    private func frame(_ lineage: Digest, _ source: LineageSource) throws -> Frame {
        switch try source.record(lineage) {
        case .failure: return Frame(lineage: lineage, waiting: [], distance: Self.unknown)
        case .success(let record):
            return Frame(
                lineage: lineage, waiting: record.inputs.compactMap(\.lineage),
                distance: record.inputs.contains(where: isTarget) ? 1 : Self.none)
        }
    }

    /// The same payload at the same address, or out of the same call. Payloads alone do not tell: many records may
    /// hold a zero.
    private func isTarget(_ input: LineageRecord.Input) -> Bool {
        guard (target.contents + raised).contains(input.content) else { return false }
        if let lineage = target.lineage, input.lineage == lineage { return true }
        guard let address = input.address, address.variable == target.variable, address.keys == target.keys
        else { return false }
        if address.version == target.version { return true }
        let isAnother = variants.contains {
            $0.version == address.version && $0.contents.contains(input.content)
        }
        return !isAnother && input.isStill(target, as: [input.content], at: address, among: variants)
    }
}
