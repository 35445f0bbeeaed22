import StemmaBlobs
import SwiftSyntax

/// One thing that the identity of a function is made of.
package struct IdentityPart: Hashable, Sendable {
    package let kind: String
    package let name: String
    package let digest: Digest

    package init(kind: String, name: String, digest: Digest) {
        self.kind = kind
        self.name = name
        self.digest = digest
    }
}

/// The identity of one thunk, as far as it can be told before compiling.
package struct FunctionIdentity {
    package let thunk: ThunkDeclaration
    /// File and line of its name.
    package let place: String
    /// The function and everything that it reaches, sorted: not by where things stand.
    package let parts: [IdentityPart]
    /// Conditions of `#if` that are to be looked at when the module is compiled.
    package let conditions: [String]
    /// Whether files that go with the module can be read.
    package let readsResources: Bool
}

/// Computes the identities of all thunks of a module from its sources.
package struct FunctionIdentities {
    private let module: Module
    private var texts: [Int: CanonicalText] = [:]

    package init(files: [SourceFile]) { module = Module(files: files) }

    package mutating func all() -> [FunctionIdentity] {
        module.thunks.map { identity(of: $0.thunk, at: $0.declaration) }
    }

    private mutating func identity(of thunk: ThunkDeclaration, at root: Int) -> FunctionIdentity {
        let reach = reach(from: root)
        var parts = Set(module.imports.joined()).map {
            IdentityPart(kind: "import", name: $0.module, digest: Digest.of(Array($0.text.utf8)))
        }
        var conditions = module.importConditions
        var mentions = Mentions()
        for number in reach.declarations {
            let declaration = module.declarations[number]
            let text = text(number)
            parts.append(
                IdentityPart(
                    kind: number == root ? "thunk" : declaration.kind.rawValue, name: declaration.name,
                    digest: digest(of: number, in: reach)))
            conditions.formUnion(text.mentions.conditions)
            mentions.position = mentions.position || text.mentions.position
            mentions.path = mentions.path || text.mentions.path
            mentions.names.formUnion(text.mentions.names)
        }
        if mentions.position || mentions.path {
            // Moving a line changes what they see: everything about the files counts.
            for file in Set(reach.declarations.map { module.declarations[$0].file }) {
                let source = module.files[file]
                let path = mentions.path ? source.path : source.name
                let digest = Digest.of(Array(path.utf8) + [0] + source.digest.bytes)
                parts.append(IdentityPart(kind: "source", name: source.name, digest: digest))
            }
        }
        return FunctionIdentity(
            thunk: thunk, place: place(of: thunk, at: root),
            parts: parts.sorted { ($0.kind, $0.name, $0.digest.hex) < ($1.kind, $1.name, $1.digest.hex) },
            conditions: conditions.sorted(),
            readsResources: !mentions.names.isDisjoint(with: ["Bundle", "PackageResources"]))
    }

    private func place(of thunk: ThunkDeclaration, at root: Int) -> String {
        let file = module.files[module.declarations[root].file]
        let lines = SourceLocationConverter(fileName: file.path, tree: file.tree)
        return "\(file.path):\(thunk.function.name.startLocation(converter: lines).line)"
    }

    // MARK: - Reach

    private struct Reach {
        var declarations: [Int] = []
        /// What each uses that only its own file sees.
        var privates: [Int: Set<Int>] = [:]
    }

    /// Everything that a declaration leads to. A name leads to all declarations that have it, so that this is more
    /// than the compiler would find, and never less.
    private mutating func reach(from root: Int) -> Reach {
        var reach = Reach()
        var seen: Set<Int> = [root]
        reach.declarations = [root]
        func add(_ numbers: some Sequence<Int>) {
            for number in numbers where seen.insert(number).inserted { reach.declarations.append(number) }
        }
        add(module.implicit)
        var next = 0
        while next < reach.declarations.count {
            let number = reach.declarations[next]
            next += 1
            let declaration = module.declarations[number]
            let mentions = text(number).mentions
            for name in mentions.names {
                for candidate in module.candidates(for: name, in: declaration.file) {
                    add([candidate.declaration])
                    if candidate.isPrivate {
                        reach.privates[number, default: []].insert(candidate.declaration)
                    }
                }
            }
            for type in mentions.types { add(module.conforming(to: type)) }
            for type in declaration.contents.types { add(module.attached(toType: type)) }
            if let code = module.code(besides: number) { add([code]) }
            if mentions.anything { add(module.declarations.indices) }
        }
        return reach
    }

    // MARK: - Digests

    private mutating func text(_ number: Int) -> CanonicalText {
        if let text = texts[number] { return text }
        let declaration = module.declarations[number]
        let text = CanonicalText(
            of: declaration.node, conditions: declaration.conditions, enclosing: declaration.enclosing,
            attributes: module.attributes, keepsNames: declaration.kind == .code)
        texts[number] = text
        return text
    }

    /// The digest of a declaration, with what its file makes of the names in it.
    private mutating func digest(of number: Int, in reach: Reach) -> Digest {
        var bytes = CanonicalBytes()
        bytes.text("stemma-identity-1")
        bytes.text(text(number).digest.hex)
        // `import Stemma` is left out: it names nothing that stands in the standard library too.
        let imports = module.imports[module.declarations[number].file].filter { $0.module != "Stemma" }
        for text in Set(imports.map(\.text)).sorted() {
            bytes.open("import")
            bytes.text(text)
        }
        for digest in privateReach(of: number, in: reach).map({ text($0).digest.hex }).sorted() {
            bytes.open("private")
            bytes.text(digest)
        }
        return bytes.digest
    }

    /// What only its file sees of what a declaration leads to: in another file the same names mean other things.
    private func privateReach(of number: Int, in reach: Reach) -> Set<Int> {
        let file = module.declarations[number].file
        func isHere(_ other: Int) -> Bool { module.declarations[other].file == file }
        // Private initialisers and their like are used without a name.
        var found = Set(
            reach.declarations.filter {
                isHere($0) && module.declarations[$0].contents.hasPrivateUnnamedMembers
            })
        var rest = Array(found) + [number]
        while let next = rest.popLast() {
            let declaration = module.declarations[next]
            // What belongs to a private type is private with it.
            let attached =
                next == number ? [] : declaration.contents.types.flatMap { module.attached(toType: $0) }
            for other in Array(reach.privates[next] ?? []) + attached.filter(isHere)
            where found.insert(other).inserted { rest.append(other) }
        }
        return found.subtracting([number])
    }
}
