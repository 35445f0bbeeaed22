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
        var (left, right) = (PageLines(before), PageLines(after))
        // Equal lines at the start cost one comparison of bytes each.
        var (a, b) = (left.next(), right.next())
        while let x = a, let y = b, Line(before, x) == Line(after, y) { (a, b) = (left.next(), right.next()) }

        var counts: [Line: Int] = [:]
        var order: [Range<Int>] = []
        while let x = a {
            order.append(x)
            counts[Line(before, x), default: 0] += 1
            a = left.next()
        }
        while let y = b {
            let line = Line(after, y)
            if let count = counts[line], count > 0 {
                counts[line] = count - 1
            } else {
                added.append(y)
            }
            b = right.next()
        }
        for x in order {
            let line = Line(before, x)
            if let count = counts[line], count > 0 {
                counts[line] = count - 1
                removed.append(x)
            }
        }
    }

    package static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
        guard a.count == b.count, let x = a.baseAddress, let y = b.baseAddress else { return a.isEmpty && b.isEmpty }
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
    private var position = 0
    /// The number of the line that `next` gave last, counted from 1.
    package private(set) var number = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package mutating func next() -> Range<Int>? {
        while position < bytes.count {
            let start = position
            let end = newline(from: start) ?? bytes.count
            position = end + 1
            number += 1
            if end > start { return start..<end }
        }
        return nil
    }

    private func newline(from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }
}
