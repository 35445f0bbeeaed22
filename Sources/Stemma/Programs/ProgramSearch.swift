import Glibc
import StemmaBlobs

extension ProgramSurroundings {
    /// Where a program is: in the directory when its name has a slash, otherwise in the first folder of `PATH` that
    /// has it. Throws `.programNotFound`.
    func path(of program: String) throws -> String {
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

    /// Whether an absolute path is what its name alone would find: then the name says as much.
    func isFoundByName(_ word: String) -> Bool {
        guard word.hasPrefix("/"), let found = try? path(of: String(FileSystem.name(of: word))),
            let a = try? FileSystem.realPath(found), let b = try? FileSystem.realPath(word)
        else { return false }
        return a == b
    }

    private func isExecutable(_ path: String) -> Bool {
        guard let status = try? FileSystem.status(path, followLinks: true), status.kind == .regular else {
            return false
        }
        return access(path, X_OK) == 0
    }
}
