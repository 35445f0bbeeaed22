import Foundation
import Stemma

/// A constant that a thunk reaches.
private let half = 0.5

@Thunk func scaled(_ signal: [Double], by factor: Double = 2) -> [Double] { signal.map { $0 * factor } }

@Thunk func halved(_ signal: [Double]) throws -> [Double] {
    guard !signal.isEmpty else { throw EmptySignal() }
    return signal.map { $0 * half }
}

@Thunk func gain(signal: [Double], by: Double) -> [Double] { signal.map { $0 + by } }

@Thunk private func hidden(_ x: Int, _ y: Int, offset: Int? = nil) -> Int { x - y + (offset ?? 0) }

/// The thunk of this file, which others do not see.
let hiddenByAnotherName = hidden

@Thunk(unpackOutput: true) func extent(_ signal: [Double]) throws -> (low: Double, high: Double) {
    guard let low = signal.min(), let high = signal.max() else { throw EmptySignal() }
    return (low, high)
}

@Thunk(generatesFile: true) func plot(_ signal: [Double], to target: FileTarget) throws {
    try Data("\(signal)".utf8).write(to: URL(fileURLWithPath: target.path))
}

struct EmptySignal: Error {}

enum Statistics {
    @Thunk static func mean(_ signal: [Double]) -> Double { signal.reduce(0, +) / Double(signal.count) }
}

extension Statistics {
    #if DEBUG
        static let mode = "debug"
    #else
        static let mode = "release"
    #endif

    @Thunk static func configuration(_ prefix: String) -> String { prefix + mode }
}
