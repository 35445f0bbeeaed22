/// What the plugin hands over.
struct Arguments {
    /// Another target of the package, whose sources count as a whole.
    struct Target {
        let name: String
        let directory: String
        var files: [String] = []
        /// What the manifest defines for it.
        var definitions: [String] = []

        var isSwift: Bool { files.allSatisfy { $0.hasSuffix(".swift") } }
    }

    var module = ""
    var output = ""
    /// The directory of the target.
    var directory = ""
    var sources: [String] = []
    var resources: [String] = []
    var targets: [Target] = []
    /// Other packages and their resolved versions.
    var packages: [(name: String, version: String)] = []

    init(_ words: some Sequence<String>) throws {
        var words = words.makeIterator()
        func next(_ option: String) throws -> String {
            guard let word = words.next() else { throw IdentityToolError("\(option) needs a value") }
            return word
        }
        while let option = words.next() {
            switch option {
            case "--module": module = try next(option)
            case "--output": output = try next(option)
            case "--directory": directory = try next(option)
            case "--source": sources.append(try next(option))
            case "--resource": resources.append(try next(option))
            case "--target": targets.append(Target(name: try next(option), directory: try next(option)))
            case "--file":
                guard !targets.isEmpty else { throw IdentityToolError("--file belongs behind --target") }
                targets[targets.count - 1].files.append(try next(option))
            case "--define":
                guard !targets.isEmpty else { throw IdentityToolError("--define belongs behind --target") }
                targets[targets.count - 1].definitions.append(try next(option))
            case "--package": packages.append((try next(option), try next(option)))
            default: throw IdentityToolError("'\(option)' is no option")
            }
        }
        guard !module.isEmpty, !output.isEmpty else {
            throw IdentityToolError("--module and --output are needed")
        }
    }
}

/// Something that the plugin or the sources have wrong.
struct IdentityToolError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
