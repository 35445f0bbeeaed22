import Foundation
import StemmaBlobs
import StemmaIdentity

/// The program that the plugin `StemmaThunks` runs before a module is compiled: sources in, one Swift file out.
@main
struct IdentityTool {
    static func main() {
        do {
            try run(Arguments(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run(_ arguments: Arguments) throws {
        let files = try arguments.sources.map { path in
            SourceFile(path: path, text: String(decoding: try bytes(of: path), as: UTF8.self))
        }
        let others = try sources(of: arguments.targets)
        var identities = FunctionIdentities(files: files, others: others)
        let functions = identities.all()
        try checkNames(functions)
        try checkTypes(functions)
        let common = try arguments.targets.map { target in
            IdentityPart(kind: "target", name: target.name, digest: try digest(of: target))
        }
        let resources = try arguments.resources.map { path in
            // Where a file lies in the bundle is what the code asks for it by.
            let name =
                path.hasPrefix(arguments.directory + "/")
                ? String(path.dropFirst(arguments.directory.count + 1))
                : String(path.split(separator: "/").last ?? "")
            return IdentityPart(kind: "resource", name: name, digest: Digest.of(try bytes(of: path)))
        }
        let table = IdentityTable(
            module: arguments.module, functions: functions, common: common, resources: resources,
            commonConditions: conditions(of: arguments.targets, others), packages: arguments.packages,
            imports: files.flatMap(\.accessLevelsOfStemma))
        let text = Array(table.swift.utf8)
        // The same text keeps its time stamp, so that nothing is compiled again.
        if (try? bytes(of: arguments.output)) != text {
            waitForAnotherSecond(than: arguments.output)
            try FileSystem.writeAtomically(arguments.output, text, synchronize: false)
        }
    }

    /// The compiler's driver compares time stamps by the second, and would take a second table of one second for the
    /// first.
    private static func waitForAnotherSecond(than path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let date = attributes?[.modificationDate] as? Date else { return }
        let next = date.timeIntervalSince1970.rounded(.down) + 1
        let rest = next - Date().timeIntervalSince1970
        // A time stamp of the future is nothing to wait for.
        if rest > 0, rest <= 1 { Thread.sleep(forTimeInterval: rest + 0.02) }
    }

    /// Two functions of one name would be one function in lineage.
    private static func checkNames(_ functions: [FunctionIdentity]) throws {
        var places: [String: String] = [:]
        for function in functions {
            if let other = places.updateValue(function.place, forKey: function.thunk.key) {
                throw IdentityToolError(
                    "two @Thunk functions of one name, '\(function.thunk.name)', at \(other) and \(function.place): "
                        + "rename one of them, or put #if inside of one function")
            }
        }
    }

    /// What the macro does not see of the types around a function.
    private static func checkTypes(_ functions: [FunctionIdentity]) throws {
        let problems = functions.compactMap { function in
            function.problem.map { "@Thunk function '\(function.thunk.name)' at \(function.place): \($0)" }
        }
        if !problems.isEmpty { throw IdentityToolError(problems.joined(separator: "\nerror: ")) }
    }

    private static func digest(of target: Arguments.Target) throws -> Digest {
        var text = ""
        for path in target.files.sorted() {
            let name =
                path.hasPrefix(target.directory) ? String(path.dropFirst(target.directory.count)) : path
            text += "\(name)\t\(Digest.of(try bytes(of: path)).hex)\n"
        }
        for definition in target.definitions.sorted() { text += "#define \(definition)\n" }
        return Digest.of(Array(text.utf8))
    }

    /// The Swift sources of other targets, for what they ask of the build and of whoever calls them.
    private static func sources(of targets: [Arguments.Target]) throws -> [SourceFile] {
        try targets.flatMap(\.files).filter { $0.hasSuffix(".swift") }.map { path in
            SourceFile(path: path, text: String(decoding: try bytes(of: path), as: UTF8.self))
        }
    }

    /// What other targets ask of the build: whether it is for debugging, for which system, and so on.
    private static func conditions(of targets: [Arguments.Target], _ sources: [SourceFile]) -> Set<String> {
        var conditions = sources.reduce(into: Set<String>()) { $0.formUnion($1.conditions) }
        if targets.contains(where: { !$0.isSwift }) { conditions.insert("DEBUG") }
        return conditions
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        try FileSystem.readAll(path, limit: 1 << 30)
    }
}
