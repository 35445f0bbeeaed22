import CGit2
import StemmaBlobs

/// The owner of a zlib stream, used for one object after another.
final class ZStream {
    enum Direction {
        case inflate
        case deflate(level: Int32)
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let direction: Direction

    init(_ direction: Direction) throws {
        self.direction = direction
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let status =
            switch direction {
            case .inflate: inflateInit_(stream, ZLIB_VERSION, size)
            case .deflate(let level): deflateInit_(stream, level, ZLIB_VERSION, size)
            }
        guard status == Z_OK else {
            throw StemmaError.git("start zlib", "status \(status)", status: status, class: 0)
        }
    }

    deinit {
        switch direction {
        case .inflate: inflateEnd(stream)
        case .deflate: deflateEnd(stream)
        }
        stream.deallocate()
    }

    /// Forgets what went before.
    func reset() {
        switch direction {
        case .inflate: inflateReset(stream)
        case .deflate: deflateReset(stream)
        }
    }

    /// Deflates all of `input` at the end of `output`, as one stream.
    func compress(_ input: UnsafeRawBufferPointer, appendingTo output: inout [UInt8]) throws {
        reset()
        var consumed = 0
        try withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 16) { buffer in
            while true {
                let step = step(UnsafeRawBufferPointer(rebasing: input[consumed...]), buffer, last: true)
                guard step.status == Z_OK || step.status == Z_STREAM_END else {
                    throw StemmaError.git("deflate", "status \(step.status)", status: step.status, class: 0)
                }
                consumed += step.consumed
                output.append(contentsOf: buffer[..<step.produced])
                if step.status == Z_STREAM_END { return }
            }
        }
    }

    /// What one step did.
    struct Step {
        let consumed: Int
        let produced: Int
        /// `Z_OK`, `Z_STREAM_END`, `Z_BUF_ERROR` when nothing could be done, or that the data is damaged.
        let status: Int32
    }

    /// Takes from `input` and fills `output`, as far as both reach.
    func step(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer, last: Bool = false)
        -> Step
    {
        // zlib counts in 32 bits.
        let available = min(input.count, 1 << 30)
        let room = min(output.count, 1 << 30)
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(available)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        let status =
            switch direction {
            case .inflate: inflate(stream, Z_NO_FLUSH)
            case .deflate: deflate(stream, last && available == input.count ? Z_FINISH : Z_NO_FLUSH)
            }
        return Step(
            consumed: available - Int(stream.pointee.avail_in),
            produced: room - Int(stream.pointee.avail_out),
            status: status)
    }
}
