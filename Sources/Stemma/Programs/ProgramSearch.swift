import StemmaBlobs

extension ProgramSurroundings {
    /// Where a program is: in the directory when its name has a slash, otherwise in the first folder of `PATH` that
    /// has it. Throws `.programNotFound`.
    package func path(of program: String) throws -> String {
        if program.contains("/") {
            let path = program.hasPrefix("/") ? program : "\(directory)/\(program)"
            guard isExecutable(path) else { throw StemmaError.programNotFound(program) }
            return path
        }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
            .split(separator: ":", omittingEmptySubsequences: false)
        for folder in folders {
            let path = folder.hasPrefix("/") ? "\(folder)/\(program)" : "\(directory)/\(folder)/\(program)"
            if isExecutable(path) { return path }
        }
        throw StemmaError.programNotFound(program)
    }

    private func isExecutable(_ path: String) -> Bool {
        guard let status = try? FileSystem.status(path, followLinks: true), status.kind == .regular else {
            return false
        }
        return FileSystem.isExecutable(path)
    }
}
