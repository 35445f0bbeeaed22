import Foundation
import StemmaBlobs

/// A directory that is removed, with all it holds, when the value goes away.
package final class TemporaryDirectory {
    package let path: String

    package init() throws {
        var template = Array("/tmp/stemma-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw StemmaError(.system, "cannot make a temporary directory")
        }
        // Canonical, so that it compares with what git says of itself.
        guard let real = realpath(made, nil) else {
            throw StemmaError(.system, "cannot resolve a temporary directory")
        }
        path = String(cString: real)
        free(real)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
