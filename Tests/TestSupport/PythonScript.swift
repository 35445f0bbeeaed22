import Foundation

/// Runs Python, against whose libraries formats are tested.
package enum PythonScript {
    /// Runs a script and returns all that it printed, errors included.
    package static func run(_ script: String, arguments: [String] = []) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    /// Whether Python is there and can import a module.
    package static func has(_ module: String) -> Bool {
        (try? run("import \(module); print('yes')")) == "yes\n"
    }
}
