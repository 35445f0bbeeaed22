import Foundation

/// Which plugins make sources of other targets.
///
/// A plugin is not told of the sources that plugins make for other targets, and its commands can run before they are
/// made. That there are such plugins shows in the working directories: `<target>/<destination>/<plugin>`.
struct GeneratedSources {
    private let all: URL

    /// - Parameter workDirectory: of this plugin, for any target.
    init(beside workDirectory: URL) {
        all = workDirectory.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// The names of the plugins of a target; some may have been its plugins only once.
    func plugins(ofTarget name: String, besides own: String) -> [String] {
        let target = all.appending(path: name)
        let plugins = target.entries.flatMap { target.appending(path: $0).entries }
        return Set(plugins).subtracting([own]).sorted()
    }
}

extension URL {
    fileprivate var entries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
}
