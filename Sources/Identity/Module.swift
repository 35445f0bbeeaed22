import StemmaBlobs
import SwiftSyntax

/// The declarations of a module and the ways in which one leads to another.
struct Module {
    let files: [SourceFile]
    private(set) var declarations: [Declaration] = []
    /// Those that count for every function, because they are used without being named.
    private(set) var implicit: [Int] = []
    /// The thunks, with the number of each in `declarations`.
    private(set) var thunks: [(thunk: ThunkDeclaration, declaration: Int)] = []
    /// What each file imports.
    private(set) var imports: [[Import]]
    /// Conditions around imports.
    private(set) var importConditions: Set<String> = []
    /// Names of all types and aliases that are declared here.
    private(set) var types: Set<String> = []
    /// The same types by what they are called from outside, with the numbers of their declarations.
    private(set) var typesByPath: [[String]: [(type: DeclaredType, declaration: Int)]] = [:]
    /// Names of types around a function whose members do not all stand in the module.
    private(set) var withForeignMembers: Set<String> = []
    private var attributes: [String: [(attribute: DeclaredAttribute, file: Int)]] = [:]

    private var byName: [String: [(declaration: Int, isPrivate: Bool)]] = [:]
    private(set) var extensions: [String: [Int]] = [:]
    private var inheritors: [String: [Int]] = [:]
    private var constrained: [String: [Int]] = [:]
    /// What inherits from anything.
    private var heirs: [Int] = []
    private var topLevelCode = TopLevelCode()
    /// What the statements of the program may change.
    private var changeable: Set<Int> = []

    init(files: [SourceFile]) {
        self.files = files
        imports = Array(repeating: [], count: files.count)
        for (number, file) in files.enumerated() {
            // The globals of such a file are set when the program comes to them.
            var hasCode = file.name == "main.swift"
            collect(file.tree.statements, file: number, conditions: [], hasCode: &hasCode)
            if hasCode {
                topLevelCode.add(declarations.count, ofFile: number, statements: file.tree.statements)
                declarations.append(
                    Declaration(
                        .code, name: file.name, node: Syntax(file.tree), file: number, conditions: []))
            }
        }
        for number in declarations.indices { index(number) }
        heirs = declarations.indices.filter { !declarations[$0].contents.inherited.isEmpty }
        implicit = declarations.indices.filter(isImplicit)
        topLevelCode.addTypes(declarations.indices.filter { declarations[$0].node.isMain })
        if !topLevelCode.all.isEmpty {
            let state = SharedState(of: declarations)
            changeable = Set(declarations.indices.filter { state.isIn(declarations[$0]) })
        }
        collectThunks()
    }

    // MARK: - Ways

    /// What a name can stand for in a file.
    func candidates(for name: String, in file: Int) -> [(declaration: Int, isPrivate: Bool)] {
        byName[name, default: []].filter { !$0.isPrivate || declarations[$0.declaration].file == file }
    }

    /// Whether anything in the module has a name.
    func isDeclared(_ name: String) -> Bool { byName[name] != nil }

    /// Everything that adds to a type, conforms to it or inherits from it.
    func attached(toType name: String) -> [Int] {
        extensions[name, default: []] + inheritors[name, default: []] + constrained[name, default: []]
    }

    /// Everything that names a type of another module as what it inherits from.
    func conforming(to name: String) -> [Int] { types.contains(name) ? [] : inheritors[name, default: []] }

    /// Everything that can conform to a protocol: to one of another module also by a way that only that module knows.
    func conforming(toProtocol name: String, in file: Int) -> [Int] {
        isKnown([name], in: file, conditions: []) ? [] : heirs
    }

    /// The declarations that stand for what the program does.
    var program: [Int] { topLevelCode.all }

    /// Whether it can name what other targets have for themselves.
    var seesInternals: Bool { imports.joined().contains { $0.text.contains("testable") } }

    /// The statements that may change what a declaration holds, or set a constant of their file.
    func code(besides number: Int) -> [Int] {
        if changeable.contains(number) { return topLevelCode.all }
        let declaration = declarations[number]
        return declaration.node.as(VariableDeclSyntax.self)
            .flatMap { topLevelCode.code(setting: $0, ofFile: declaration.file, types: types) } ?? []
    }

    /// The property wrappers and the like that a file sees.
    func attributes(in file: Int) -> [String: [DeclaredAttribute]] {
        attributes.mapValues { $0.filter { !$0.attribute.isPrivate || $0.file == file }.map(\.attribute) }
    }

    /// Types of a name that a file sees.
    func types(at path: [String], in file: Int) -> [(type: DeclaredType, declaration: Int)] {
        typesByPath[path, default: []].filter {
            !$0.type.isPrivate || declarations[$0.declaration].file == file
        }
    }

    /// Whether a name certainly means a type of this module: it is no alias, and is there whenever what stands under
    /// the conditions is.
    func isKnown(_ path: [String], in file: Int, conditions: [String]) -> Bool {
        let candidates = types(at: path, in: file)
        return !candidates.contains(where: \.type.isAlias)
            && candidates.contains { candidate in
                !candidate.type.isConditional
                    && conditions.starts(with: declarations[candidate.declaration].conditions)
            }
    }

    // MARK: - Taking in

    private mutating func collect(
        _ statements: CodeBlockItemListSyntax, file: Int, conditions: [String], hasCode: inout Bool
    ) {
        for statement in statements {
            let node = Syntax(statement.item)
            if let block = node.as(IfConfigDeclSyntax.self) {
                let all = conditions + block.clauses.compactMap { $0.condition?.conditionText }
                for (number, clause) in block.clauses.enumerated() {
                    guard case .statements(let inner) = clause.elements else { continue }
                    collect(inner, file: file, conditions: all + ["#\(number)"], hasCode: &hasCode)
                }
            } else if let node = node.as(ImportDeclSyntax.self) {
                imports[file].append(Import(node, conditions: conditions))
                importConditions.formUnion(conditions.filter { !$0.hasPrefix("#") })
            } else if let (kind, name) = node.declaredKindAndName {
                declarations.append(
                    Declaration(kind, name: name, node: node, file: file, conditions: conditions))
            } else {
                hasCode = true
            }
        }
    }

    private mutating func index(_ number: Int) {
        let declaration = declarations[number]
        if declaration.kind == .code {
            // A constant of a `guard` is a global too.
            for name in topLevelCode.guarded(ofFile: declaration.file) {
                byName[name, default: []].append((number, false))
            }
            return
        }
        let contents = declaration.contents
        for name in Set(contents.names) { byName[name.name, default: []].append((number, name.isPrivate)) }
        for name in Set(contents.extended) { extensions[name, default: []].append(number) }
        for name in contents.inherited { inheritors[name, default: []].append(number) }
        for name in contents.constrained { constrained[name, default: []].append(number) }
        for type in contents.declaredTypes { typesByPath[type.path, default: []].append((type, number)) }
        for attribute in contents.attributes {
            attributes[attribute.path.last ?? "", default: []].append((attribute, declaration.file))
        }
        types.formUnion(contents.types)
        withForeignMembers.formUnion(contents.withForeignMembers)
    }

    private mutating func collectThunks() {
        let numbers = Dictionary(
            uniqueKeysWithValues: declarations.indices.map { (declarations[$0].node.id, $0) })
        for (number, file) in files.enumerated() {
            for thunk in ThunkDeclaration.all(in: file.tree) {
                let node = Syntax(thunk.function)
                if let known = numbers[node.id] {
                    thunks.append((thunk, known))
                } else {
                    var declaration = Declaration(
                        .function, name: thunk.name, node: node, file: number, conditions: thunk.conditions)
                    declaration.enclosing = node.namesAround
                    thunks.append((thunk, declarations.count))
                    declarations.append(declaration)
                }
            }
        }
    }
}

extension Syntax {
    /// What a declaration at the top of a file is; `nil` for a statement.
    fileprivate var declaredKindAndName: (Declaration.Kind, String)? {
        switch self.as(SyntaxEnum.self) {
        case .functionDecl(let node): (.function, node.name.text.unquoted)
        case .variableDecl(let node):
            (.variable, node.bindings.map(\.pattern.words).joined(separator: ", "))
        case .extensionDecl(let node): (.extension, node.extendedType.words)
        case .typeAliasDecl(let node): (.alias, node.name.text.unquoted)
        case .operatorDecl(let node): (.operator, node.name.text)
        case .precedenceGroupDecl(let node): (.operator, node.name.text)
        case .macroDecl(let node): (.macro, node.name.text.unquoted)
        case .macroExpansionDecl(let node): (.macro, node.macroName.text)
        case .macroExpansionExpr(let node): (.macro, node.macroName.text)
        default: declaredTypeName.map { (.type, $0) }
        }
    }
}
