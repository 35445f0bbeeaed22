/// Raw memory that grows and is used again, for bytes that go through many times.
package final class ByteBuffer {
    private var storage: UnsafeMutableRawBufferPointer
    package private(set) var count = 0

    package init(capacity: Int = 0) {
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        storage.deallocate()
    }

    /// The bytes so far, valid until the buffer is changed.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage.prefix(count))
    }

    /// The number of bytes that there is memory for.
    package var capacity: Int { storage.count }

    package var isEmpty: Bool { count == 0 }

    /// Forgets the bytes and keeps the memory.
    package func removeAll() { count = 0 }

    /// Copies bytes to the end.
    package func append(_ bytes: UnsafeRawBufferPointer) {
        reserve(bytes.count)
        UnsafeMutableRawBufferPointer(rebasing: storage[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Lets `body` write into free memory of at least `size` bytes and say how many it wrote.
    package func append(
        upTo size: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Int
    ) rethrows {
        reserve(size)
        count += try body(UnsafeMutableRawBufferPointer(rebasing: storage[count...]))
    }

    private func reserve(_ extra: Int) {
        guard storage.count - count < extra else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + extra, storage.count * 2), alignment: 16)
        larger.copyMemory(from: bytes)
        storage.deallocate()
        storage = larger
    }
}
