import Stemma

/// The results that are saved: 128 doubles each, a random walk rounded to 1e-3, with four keys and two version
/// entries; the same in every run.
struct Workload {
    let count: Int

    static let keys = [
        KeyDeclaration("subject", .integer), KeyDeclaration("session", .integer),
        KeyDeclaration("trial", .integer),
        KeyDeclaration("channel", .string),
    ]
    static let variable = Variable<[Double]>("Signal")
    static let version: Version = ["low": 20, "high": 450]
    private static let channels = ["C3", "C4", "Cz", "F3", "F4", "Fz", "O1", "O2", "P3", "P4"]

    func keys(_ index: Int) -> Keys {
        [
            "subject": .number(Double(index / 1000)), "session": .number(Double(index / 100 % 10)),
            "trial": .number(Double(index / 10 % 10)), "channel": .string(Self.channels[index % 10]),
        ]
    }

    /// - Parameter variant: another number gives other values.
    func values(_ index: Int, variant: UInt64 = 0) -> [Double] {
        var state = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 ^ variant
        var sum = 0.0
        return (0..<128).map { _ in
            // SplitMix64 (Steele et al. 2014).
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            sum += Double(Int64(bitPattern: z) >> 11) / 0x1p52
            return (sum * 1000).rounded() / 1000
        }
    }
}
