import Glibc
import Stemma
import StemmaBlobs

/// The program `dot`, which draws what it reads.
struct Graphviz {
    /// Where it is found, and what it runs with.
    let environment: [String: String]
    /// After how many seconds it is ended.
    var limit = 120.0
    /// It is ended when its drawing is larger.
    var mostBytes = 64 << 20

    /// The diagram as SVG. Throws with a hint when the program is not installed, or does not draw it within the limits.
    ///
    /// - Parameter isStopped: asked several times a second; when it says so, the program is ended.
    func svg(_ dot: String, isStopped: () -> Bool = { false }) throws -> [UInt8] {
        let program = try path()
        // They have no name, and so nobody has to remove them, however this ends.
        let (input, output) = (try Self.temporaryFile(), try Self.temporaryFile())
        defer {
            fclose(input)
            fclose(output)
        }
        let bytes = Array(dot.utf8)
        guard fwrite(bytes, 1, bytes.count, input) == bytes.count, fflush(input) == 0 else {
            throw FileError.system("write to", "a temporary file", errno: errno)
        }
        let child = try ChildProcess(
            program, ["dot", "-Tsvg", "-o", "/dev/fd/\(fileno(output))", "/dev/fd/\(fileno(input))"],
            environment: environment, directory: ".")
        let (ending, lines) = child.wait(limit: limit) { isStopped() || Self.size(output) > mostBytes }
        guard Self.size(output) <= mostBytes else { throw GraphvizError.tooLarge(limit: mostBytes) }
        switch ending {
        case .timeLimit: throw GraphvizError.timeLimit(limit)
        case .interrupted: throw GraphvizError.interrupted()
        case .exited(0) where Self.size(output) > 0: return try Self.readAll(output)
        case .exited, .signal: throw GraphvizError.failed(lines)
        }
    }

    private func path() throws -> String {
        do {
            return try ProgramSurroundings(directory: ".", environment: environment).path(of: "dot")
        } catch let error as StemmaError where error.code == .programNotFound {
            throw GraphvizError.missing()
        }
    }

    /// A file that a program which is started has open, too.
    private static func temporaryFile() throws -> UnsafeMutablePointer<FILE> {
        guard let file = tmpfile() else { throw FileError.system("make", "a temporary file", errno: errno) }
        _ = fcntl(fileno(file), F_SETFD, 0)
        return file
    }

    private static func size(_ file: UnsafeMutablePointer<FILE>) -> Int {
        var status = stat()
        return fstat(fileno(file), &status) == 0 ? status.st_size : 0
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

/// Errors of drawing with Graphviz, made in one place.
enum GraphvizError {
    private static let ways = "--format dot prints what it was given; --html FILE draws without it"

    static func missing() -> StemmaError {
        StemmaError(
            .programMissing, "SVG is drawn by the program 'dot', which is not installed",
            hint: "install Graphviz (apt-get install graphviz); --html FILE draws without it")
    }

    static func timeLimit(_ seconds: Double) -> StemmaError {
        StemmaError(
            .programFailed,
            "dot took longer than \(Scalar.number(seconds).canonicalText) seconds and was ended",
            hint: "--depth N makes the graph smaller; \(ways)", fields: ["program": "dot"])
    }

    static func tooLarge(limit: Int) -> StemmaError {
        StemmaError(
            .tooLarge, "the drawing is larger than \(Amount.bytes(limit))",
            hint: "--depth N makes the graph smaller; \(ways)", fields: ["limit": String(limit)])
    }

    static func interrupted() -> StemmaError { StemmaError(.interrupted, "it was stopped") }

    /// - Parameter lines: what it wrote to standard error.
    static func failed(_ lines: String) -> StemmaError {
        let reason = lines.split(separator: "\n").last.map { ": \(Shell.visible(String($0)))" } ?? ""
        return StemmaError(
            .programFailed, "dot could not draw the graph\(reason)", hint: ways, fields: ["program": "dot"])
    }
}

extension StemmaError.Code {
    /// A program that is needed is not installed.
    static let programMissing = Self("program-missing")
}
