internal import CSystem
internal import Glibc

/// The machine's processors.
package enum Processors {
    /// How many of them this process may use: a job scheduler may have left it only some.
    package static var available: Int {
        // Room for 8192 processors; the call says how much of it is filled.
        var mask = [UInt64](repeating: 0, count: 128)
        let size = mask.count * MemoryLayout<UInt64>.size
        let isKnown = mask.withUnsafeMutableBytes {
            stemma_sched_getaffinity(0, UInt(size), $0.baseAddress) == 0
        }
        guard isKnown else { return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
        return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
    }
}
