import StemmaBlobs
import SwiftSyntax

/// The declarations of a module and the ways in which one leads to another.
struct Module {
    let files: [SourceFile]
    private(set) var declarations: [Declaration] = []
    /// Those that count for every function, because they are used without being named.
    private(set) var implicit: [Int] = []
    /// The thunks, with the place of each in `declarations`.
    private(set) var thunks: [(thunk: ThunkDeclaration, declaration: Int)] = []
    /// What each file imports.
    private(set) var imports: [[Import]]
    /// Conditions around imports.
    private(set) var importConditions: Set<String> = []
    /// Names of all types and aliases that are declared here.
    private(set) var types: Set<String> = []
    /// Those of them that are no aliases.
    private var nominalTypes: Set<String> = []
    /// Those that are used as attributes: property wrappers, result builders and global actors.
    private(set) var attributes: Set<String> = []

    private var byName: [String: [(declaration: Int, isPrivate: Bool)]] = [:]
    private var extensions: [String: [Int]] = [:]
    private var inheritors: [String: [Int]] = [:]
    private var constrained: [String: [Int]] = [:]
    private var code: [Int: Int] = [:]

    init(files: [SourceFile]) {
        self.files = files
        imports = Array(repeating: [], count: files.count)
        for (number, file) in files.enumerated() {
            var hasCode = false
            collect(file.tree.statements, file: number, conditions: [], hasCode: &hasCode)
            if hasCode {
                code[number] = declarations.count
                declarations.append(
                    Declaration(
                        .code, name: file.name, node: Syntax(file.tree), file: number, conditions: []))
            }
        }
        for declaration in declarations where declaration.kind != .code {
            types.formUnion(declaration.contents.types)
            attributes.formUnion(declaration.contents.attributes)
            if declaration.kind == .type { nominalTypes.formUnion(declaration.contents.types) }
        }
        for number in declarations.indices { index(number) }
        implicit = declarations.indices.filter(isImplicit)
        collectThunks()
    }

    // MARK: - Ways

    /// What a name can stand for in a file.
    func candidates(for name: String, in file: Int) -> [(declaration: Int, isPrivate: Bool)] {
        byName[name, default: []].filter { !$0.isPrivate || declarations[$0.declaration].file == file }
    }

    /// Everything that adds to a type, conforms to it or inherits from it.
    func attached(toType name: String) -> [Int] {
        extensions[name, default: []] + inheritors[name, default: []] + constrained[name, default: []]
    }

    /// Everything that conforms to a protocol of another module.
    func conforming(to name: String) -> [Int] { types.contains(name) ? [] : inheritors[name, default: []] }

    /// The statements of the file of a global variable, which may set it; `nil` for a constant with its value.
    func code(besides declaration: Int) -> Int? {
        guard let variable = declarations[declaration].node.as(VariableDeclSyntax.self) else { return nil }
        let isConstant =
            variable.bindingSpecifier.text == "let" && variable.bindings.allSatisfy { $0.initializer != nil }
        return isConstant ? nil : code[declarations[declaration].file]
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
        guard declarations[number].kind != .code else { return }
        let contents = declarations[number].contents
        for name in Set(contents.names) { byName[name.name, default: []].append((number, name.isPrivate)) }
        for name in Set(contents.extended) { extensions[name, default: []].append(number) }
        for name in contents.inherited { inheritors[name, default: []].append(number) }
        for name in contents.constrained { constrained[name, default: []].append(number) }
    }

    private mutating func collectThunks() {
        for (number, file) in files.enumerated() {
            for thunk in ThunkDeclaration.all(in: file.tree) {
                let node = Syntax(thunk.function)
                if let known = declarations.firstIndex(where: { $0.node == node }) {
                    thunks.append((thunk, known))
                } else {
                    var declaration = Declaration(
                        .function, name: thunk.name, node: node, file: number, conditions: thunk.conditions)
                    declaration.enclosing = thunk.path
                    thunks.append((thunk, declarations.count))
                    declarations.append(declaration)
                }
            }
        }
    }

    // MARK: - What is used without being named

    /// Types of the standard library and Foundation that are certainly no protocols: what an extension adds to them,
    /// other than initialisers and subscripts, has to be called by name.
    private static let concrete: Set<String> = [
        "Array", "ArraySlice", "Bool", "Character", "ClosedRange", "ContiguousArray", "Data", "Date",
        "Dictionary", "Double", "Float", "Int", "Int16", "Int32", "Int64", "Int8", "Optional", "Range",
        "Result",
        "Set", "String", "Substring", "UInt", "UInt16", "UInt32", "UInt64", "UInt8", "URL", "UUID",
    ]

    private static let literalTypes: Set<String> = [
        "IntegerLiteralType", "FloatLiteralType", "BooleanLiteralType", "StringLiteralType",
        "ExtendedGraphemeClusterType", "UnicodeScalarType",
    ]

    private func isImplicit(_ number: Int) -> Bool {
        let declaration = declarations[number]
        guard declaration.kind != .code else { return false }
        for attribute in declaration.node.allAttributes {
            let name = attribute.plainName
            if KnownAttributes.callsWithoutName.contains(name) || attribute.mayBeMacro(besides: attributes) {
                return true
            }
        }
        switch declaration.kind {
        // An operator is what a conformance needs, wherever it stands: `max()` calls a `<` that nobody names.
        case .function where declaration.node.as(FunctionDeclSyntax.self)?.name.tokenKind.isOperator == true:
            return true
        case .alias: return !declaration.contents.types.isDisjoint(with: Self.literalTypes)
        // A macro's declarations can have any name.
        case .macro:
            return declaration.node.is(MacroExpansionDeclSyntax.self)
                || declaration.node.is(MacroExpansionExprSyntax.self)
        case .extension: return isImplicitExtension(declaration)
        default: return false
        }
    }

    private func isImplicitExtension(_ declaration: Declaration) -> Bool {
        // An extension of a type of this module counts when the type does. What an alias stands for, and whether
        // another module's name is a protocol, is not known here.
        if let type = declaration.contents.extended.first, nominalTypes.contains(type) { return false }
        guard declaration.contents.extended.count == 1, let type = declaration.contents.extended.first,
            Self.concrete.contains(type), !types.contains(type)
        else { return true }
        let conforms = extensions[type, default: []].contains { !declarations[$0].contents.inherited.isEmpty }
        return conforms || declaration.contents.hasUnnamedMembers
    }
}

extension Syntax {
    /// What a declaration at the top of a file is; `nil` for a statement.
    fileprivate var declaredKindAndName: (Declaration.Kind, String)? {
        switch self.as(SyntaxEnum.self) {
        case .functionDecl(let node): (.function, node.name.text.unquoted)
        case .variableDecl(let node):
            (.variable, node.bindings.map { $0.pattern.trimmedDescription }.joined(separator: ", "))
        case .extensionDecl(let node): (.extension, node.extendedType.trimmedDescription)
        case .typeAliasDecl(let node): (.alias, node.name.text.unquoted)
        case .operatorDecl(let node): (.operator, node.name.text)
        case .precedenceGroupDecl(let node): (.operator, node.name.text)
        case .macroDecl(let node): (.macro, node.name.text.unquoted)
        case .macroExpansionDecl(let node): (.macro, node.macroName.text)
        case .macroExpansionExpr(let node): (.macro, node.macroName.text)
        default: declaredTypeName.map { (.type, $0) }
        }
    }

    /// The attributes of a declaration and of everything in it.
    fileprivate var allAttributes: [AttributeSyntax] {
        if let attribute = self.as(AttributeSyntax.self) { return [attribute] }
        return children(viewMode: .sourceAccurate).flatMap(\.allAttributes)
    }
}

extension TokenKind {
    /// Whether it is the name of an operator.
    fileprivate var isOperator: Bool {
        switch self {
        case .binaryOperator, .prefixOperator, .postfixOperator: true
        default: false
        }
    }
}
