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
    /// Why it cannot be a thunk, as far as only the whole module tells.
    package let problem: String?
}

/// Computes the identities of all thunks of a module from its sources.
package struct FunctionIdentities {
    private let module: Module
    /// What functions of other targets ask of the place that they are called from.
    private let readers: PlaceReaders
    /// What the program can change in other targets.
    private let foreign: ForeignState?
    /// Names of types of other packages that the program mentions outside of thunks.
    private var typesOfProgram: Set<String> = []
    private var texts: [TextKey: CanonicalText] = [:]

    private struct TextKey: Hashable {
        let declaration: Int
        let form: CanonicalText.Form
    }

    /// - Parameters:
    ///   - files: those of the module.
    ///   - others: those of other targets, as far as there can be default arguments that ask for a place.
    package init(files: [SourceFile], others: [SourceFile] = []) {
        module = Module(files: files)
        readers = PlaceReaders(of: others)
        foreign =
            module.program.isEmpty
            ? nil : ForeignState(of: others, seesInternals: module.seesInternals)
    }

    package mutating func all() -> [FunctionIdentity] {
        typesOfProgram = findTypesOfProgram()
        return module.thunks.map { identity(of: $0.thunk, at: $0.declaration) }
    }

    private mutating func identity(of thunk: ThunkDeclaration, at root: Int) -> FunctionIdentity {
        let reach = reach(from: [root])
        var parts = Set(module.imports.joined()).map {
            IdentityPart(kind: "import", name: $0.module, digest: Digest.of(Array($0.text.utf8)))
        }
        var conditions = module.importConditions
        var names: Set<String> = []
        var place: Place = readers.unnamed
        var filesInSight: Set<Int> = []
        var expandsMacro = false
        for number in reach.declarations {
            let mentions = text(number).mentions
            conditions.formUnion(mentions.conditions)
            names.formUnion(mentions.names)
            place.formUnion(mentions.place)
            if mentions.expandsMacro {
                filesInSight.insert(module.declarations[number].file)
                expandsMacro = true
            }
        }
        place.formUnion(readers.place(askedByAnyOf: names))
        // Who renames the function changes nothing else, unless something here can tell its name or calls by it: then
        // another overload may be called.
        let hidesName =
            !place.contains(.function) && !expandsMacro && !names.contains(thunk.baseName)
        for number in reach.declarations {
            let declaration = module.declarations[number]
            let form: CanonicalText.Form =
                place.contains(.function)
                ? .withNamesOfFunctions : number == root && hidesName ? .withoutOwnName : .plain
            let digest = digest(of: number, in: reach, form)
            parts.append(
                IdentityPart(
                    kind: number == root ? "thunk" : declaration.kind.rawValue, name: declaration.name,
                    digest: digest))
        }
        // Moving a line changes what they see: everything about the files counts.
        if !place.isDisjoint(with: [.position, .path]) {
            filesInSight.formUnion(reach.declarations.map { module.declarations[$0].file })
        }
        for file in filesInSight {
            let source = module.files[file]
            let path = place.contains(.path) ? source.path : source.name
            let digest = Digest.of(Array(path.utf8) + [0] + source.digest.bytes)
            parts.append(IdentityPart(kind: "source", name: source.name, digest: digest))
        }
        return FunctionIdentity(
            thunk: thunk, place: self.place(of: thunk, at: root),
            parts: parts.sorted { ($0.kind, $0.name, $0.digest.hex) < ($1.kind, $1.name, $1.digest.hex) },
            conditions: conditions.sorted(),
            readsResources: !names.isDisjoint(with: Self.namesOfResources),
            problem: module.problem(of: thunk, at: root))
    }

    /// Without one of these names no file of the module's bundle is found.
    private static let namesOfResources: Set<String> = ["Bundle", "PackageResources", "bundle", "module"]

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
        /// Of each file, what can be used without a name there and nowhere else.
        var privatesWithoutName: [Int: [Int]] = [:]
    }

    /// Everything that a declaration leads to. A name leads to all declarations that have it, so that this is more
    /// than the compiler would find, and never less.
    ///
    /// - Parameter passedOver: what is not gone into.
    private mutating func reach(from roots: [Int], passedOver: Set<Int> = []) -> Reach {
        var reach = Reach()
        var seen = passedOver.union(roots)
        reach.declarations = roots
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
            // What the types around inherit can be used as if it were declared here.
            let around = declaration.enclosing.filter(module.withForeignMembers.contains)
            for name in mentions.names.union(around) {
                for candidate in module.candidates(for: name, in: declaration.file) {
                    add([candidate.declaration])
                    if candidate.isPrivate {
                        reach.privates[number, default: []].insert(candidate.declaration)
                    }
                }
            }
            for type in mentions.types { add(module.conforming(to: type)) }
            for type in mentions.protocols { add(module.conforming(toProtocol: type, in: declaration.file)) }
            for type in declaration.contents.types { add(module.attached(toType: type)) }
            add(module.code(besides: number))
            if mayBeChanged(mentions) { add(module.program) }
            if mentions.anything { add(module.declarations.indices) }
        }
        for number in reach.declarations where module.declarations[number].contents.hasPrivateUnnamedMembers {
            reach.privatesWithoutName[module.declarations[number].file, default: []].append(number)
        }
        return reach
    }

    /// Whether a declaration comes to state that stands in no declaration of the module, and that the program may change.
    private func mayBeChanged(_ mentions: Mentions) -> Bool {
        guard let foreign else { return false }
        return !mentions.names.isDisjoint(with: foreign.names)
            || !mentions.names.isDisjoint(with: typesOfProgram)
    }

    /// What the program says outside of thunks, which are called by it as a rule, and are what it is not to count for.
    private mutating func findTypesOfProgram() -> Set<String> {
        guard let foreign, !module.thunks.isEmpty else { return [] }
        let code = module.program.filter { module.declarations[$0].kind == .code }
        var words: Set<String> = []
        var roots = Set(module.program).subtracting(code)
        for number in code {
            let file = module.declarations[number].file
            let statements = module.files[file].tree.statements.wordsOfStatements
            words.formUnion(statements)
            for name in statements {
                roots.formUnion(module.candidates(for: name, in: file).map(\.declaration))
            }
        }
        let passedOver = Set(module.thunks.map(\.declaration)).subtracting(module.program).union(code)
        let found = reach(from: roots.subtracting(passedOver).sorted(), passedOver: passedOver)
        for number in found.declarations { words.formUnion(text(number).mentions.names) }
        return words.filter { name in
            name.first?.isUppercase == true && name.count > 1 && !module.isDeclared(name)
                && !foreign.declared.contains(name) && !KnownTypes.stateless.contains(name)
        }
    }

    // MARK: - Digests

    private mutating func text(_ number: Int, _ form: CanonicalText.Form = .plain) -> CanonicalText {
        let key = TextKey(declaration: number, form: form)
        if let text = texts[key] { return text }
        let declaration = module.declarations[number]
        let text = CanonicalText(
            of: declaration.node, conditions: declaration.conditions, enclosing: declaration.enclosing,
            attributes: module.attributes(in: declaration.file), keepsNames: declaration.kind == .code,
            form: form)
        texts[key] = text
        return text
    }

    /// The digest of a declaration, with what its file makes of the names in it.
    private mutating func digest(of number: Int, in reach: Reach, _ form: CanonicalText.Form) -> Digest {
        var bytes = CanonicalBytes()
        bytes.text("stemma-identity-1")
        bytes.text(text(number, form).digest.hex)
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
        var found = Set(reach.privatesWithoutName[file] ?? [])
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
