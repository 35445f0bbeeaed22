import Glibc
import StemmaBlobs

/// The lines that stand in one of two pages only.
///
/// Pages are sorted, so that what changed lies in between what did not; but nothing here depends on it.
package struct LineDifference {
    /// Offsets into the page before, without the newline.
    package var removed: [Range<Int>] = []
    /// Offsets into the page after, without the newline.
    package var added: [Range<Int>] = []

    package init(from before: UnsafeRawBufferPointer, to after: UnsafeRawBufferPointer) {
        // Most pages differ in a line or two: what is the same at the start and at the end is passed over by
        // comparing bytes, and only the lines in between are looked up.
        let start = Self.commonStart(before, after)
        let end = Self.commonEnd(before, after, from: start)
        let (left, right) = (start..<before.count - end, start..<after.count - end)
        var counts: [Line: Int] = [:]
        var order: [Range<Int>] = []
        for x in PageLines(before, in: left) {
            order.append(x)
            counts[Line(before, x), default: 0] += 1
        }
        for y in PageLines(after, in: right) {
            let line = Line(after, y)
            if let count = counts[line], count > 0 {
                counts[line] = count - 1
            } else {
                added.append(y)
            }
        }
        for x in order {
            let line = Line(before, x)
            if let count = counts[line], count > 0 {
                counts[line] = count - 1
                removed.append(x)
            }
        }
    }

    /// The bytes of the lines that both pages begin with.
    private static func commonStart(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        var same = 0
        let count = min(a.count, b.count)
        while same + 8 <= count,
            a.loadUnaligned(fromByteOffset: same, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: same, as: UInt64.self)
        {
            same += 8
        }
        while same < count, a[same] == b[same] { same += 1 }
        while same > 0, a[same - 1] != 0x0A { same -= 1 }
        return same
    }

    /// The bytes of the lines that both pages end with, after the first `start`.
    private static func commonEnd(
        _ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, from start: Int
    ) -> Int {
        var same = 0
        let count = min(a.count, b.count) - start
        while same + 8 <= count,
            a.loadUnaligned(fromByteOffset: a.count - same - 8, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: b.count - same - 8, as: UInt64.self)
        {
            same += 8
        }
        while same < count, a[a.count - same - 1] == b[b.count - same - 1] { same += 1 }
        // Whole lines only: what is left of both must end where a line ends.
        while same > 0, !endsLine(a, a.count - same) || !endsLine(b, b.count - same) { same -= 1 }
        return same
    }

    private static func endsLine(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        position == 0 || bytes[position - 1] == 0x0A
    }

    package static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count, let x = a.baseAddress, let y = b.baseAddress else {
            return a.isEmpty && b.isEmpty
        }
        return memcmp(x, y, a.count) == 0
    }

    private struct Line: Hashable {
        let bytes: UnsafeRawBufferPointer

        init(_ page: UnsafeRawBufferPointer, _ range: Range<Int>) {
            bytes = UnsafeRawBufferPointer(rebasing: page[range])
        }

        static func == (a: Line, b: Line) -> Bool { areEqual(a.bytes, b.bytes) }

        func hash(into hasher: inout Hasher) { hasher.combine(bytes: bytes) }
    }
}

/// The lines of a page as ranges of its bytes, without their newlines; empty lines are passed over.
package struct PageLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int
    /// The number of the line that `next` gave last, counted from 1.
    package private(set) var number = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.init(bytes, in: 0..<bytes.count) }

    /// The lines in a part of the page, as ranges of the whole.
    init(_ bytes: UnsafeRawBufferPointer, in part: Range<Int>) {
        self.bytes = bytes
        position = part.lowerBound
        end = part.upperBound
    }

    package mutating func next() -> Range<Int>? {
        while position < end {
            let start = position
            let stop = newline(from: start) ?? end
            position = stop + 1
            number += 1
            if stop > start { return start..<stop }
        }
        return nil
    }

    private func newline(from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, end - start) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }
}
