import Foundation
import StemmaBlobs

/// Runs a program of the machine, the judge of whether files can be read without Stemma.
package enum StockTool {
    /// What a program wrote to standard output.
    ///
    /// - Throws: `.system` when it is missing or ends with another status than 0.
    package static func output(_ command: String, _ arguments: String...) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [command] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw StemmaError(.system, "\(command) \(arguments) ended with \(process.terminationStatus)")
        }
        return [UInt8](data)
    }

    /// The SHA-256 that `sha256sum` gives for what a shell command prints.
    package static func digest(ofOutput shell: String) throws -> String {
        let line = try output("bash", "-c", "set -o pipefail; \(shell) | sha256sum")
        return String(decoding: line.prefix(64), as: UTF8.self)
    }
}
