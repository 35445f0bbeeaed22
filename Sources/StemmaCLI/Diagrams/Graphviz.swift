import Glibc
import Stemma
import StemmaBlobs

/// The program `dot`, which draws what it reads.
enum Graphviz {
    /// The diagram as SVG. Throws with a hint when the program is not installed.
    static func svg(_ dot: String) throws -> [UInt8] {
        // Files and not pipes, so that neither program waits for the other.
        let (input, output) = (try temporaryFile(), try temporaryFile())
        defer {
            fclose(input)
            fclose(output)
        }
        let bytes = Array(dot.utf8)
        guard fwrite(bytes, 1, bytes.count, input) == bytes.count, fflush(input) == 0 else {
            throw FileError.system("write to", "a temporary file", errno: errno)
        }
        rewind(input)
        let status = try run(input: fileno(input), output: fileno(output))
        let svg = try readAll(output)
        guard status == 0, !svg.isEmpty else {
            throw StemmaError(
                .system, "dot could not draw the graph",
                hint: "--format dot prints what it was given; --html FILE draws without it")
        }
        return svg
    }

    private static func temporaryFile() throws -> UnsafeMutablePointer<FILE> {
        guard let file = tmpfile() else { throw FileError.system("make", "a temporary file", errno: errno) }
        return file
    }

    /// Runs the program to its end.
    private static func run(input: Int32, output: Int32) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("dot"), strdup("-Tsvg"), nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, "dot", &actions, nil, &words, environ)
        guard code == 0 else {
            throw code == ENOENT ? missing() : FileError.system("run", "dot", errno: code)
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private static func missing() -> StemmaError {
        StemmaError(
            .programMissing, "SVG is drawn by the program 'dot', which is not installed",
            hint: "install Graphviz (apt-get install graphviz); --html FILE draws without it")
    }

    private static func readAll(_ file: UnsafeMutablePointer<FILE>) throws -> [UInt8] {
        rewind(file)
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            all += buffer.prefix(count)
        }
        guard ferror(file) == 0 else {
            throw FileError.system("read from", "a temporary file", errno: errno)
        }
        return all
    }
}

extension StemmaError.Code {
    /// A program that is needed is not installed.
    static let programMissing = Self("program-missing")
}
