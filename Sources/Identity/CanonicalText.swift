import StemmaBlobs
import SwiftSyntax

/// A declaration as its identity has it: without comments, white space and the names of locals.
///
/// It is the text after every local has been given a number in place of its name. Two declarations with the same
/// canonical text differ in names alone and mean the same, as long as every name is resolved as Swift resolves it.
/// Where that cannot be told from the syntax, the name is kept as written everywhere in the declaration: renaming it
/// makes another identity, which costs a computation and never gives a wrong result.
struct CanonicalText {
    /// Which names of functions are written.
    enum Form: Hashable {
        /// Those of functions inside of others are numbers, as those of all locals.
        case plain
        /// All: something that is called from here may be told them.
        case withNamesOfFunctions
        /// Not that of the declaration itself: its identity has it beside the text.
        case withoutOwnName
    }

    private(set) var bytes: CanonicalBytes
    private(set) var mentions: Mentions

    /// - Parameters:
    ///   - conditions: those of the `#if` blocks around the declaration.
    ///   - enclosing: names of the types around it, which `self` and `Self` stand for.
    ///   - attributes: property wrappers and the like that the module declares and the file sees, by name.
    ///   - keepsNames: for statements at the top of a file, whose variables the whole module sees.
    init(
        of node: Syntax, conditions: [String] = [], enclosing: [String] = [],
        attributes: [String: [DeclaredAttribute]], keepsNames: Bool = false, form: Form = .plain
    ) {
        var kept = node.namesOfOneLook
        if form == .withNamesOfFunctions { kept.formUnion(node.namesThatFunctionTells) }
        // A name found to be doubtful halfway through is kept from the beginning the next time.
        while true {
            var writer = CanonicalWriter(kept: kept, enclosing: enclosing, attributes: attributes)
            if form == .withoutOwnName { writer.unnamed = node.as(FunctionDeclSyntax.self)?.id }
            for condition in conditions { writer.writeCondition(condition) }
            if keepsNames { writer.keepNames(below: node) }
            writer.write(node)
            if writer.doubtful.isSubset(of: kept) {
                (bytes, mentions) = (writer.bytes, writer.mentions)
                return
            }
            kept.formUnion(writer.doubtful)
        }
    }

    var digest: Digest { bytes.digest }
}

/// Walks a declaration once. Names of locals in `kept` are written as they are.
struct CanonicalWriter {
    let kept: Set<String>
    let enclosing: [String]
    let attributes: [String: [DeclaredAttribute]]

    var bytes = CanonicalBytes()
    var mentions = Mentions()
    /// Names of which an occurrence was found whose meaning is not certain.
    var doubtful: Set<String> = []
    var scopes = ScopeStack()
    /// The function whose own name is left out.
    var unnamed: SyntaxIdentifier?

    private var declared = 0
    /// Statement labels around the place, the innermost last.
    private var labels: [(name: String, number: Int)] = []
    /// What the pattern that is being written declares; `nil` outside of patterns.
    var pattern: [String: Scope.Entry]?

    init(kept: Set<String>, enclosing: [String], attributes: [String: [DeclaredAttribute]]) {
        self.kept = kept
        self.enclosing = enclosing
        self.attributes = attributes
    }

    // MARK: - Names

    /// A new local, not yet in any scope.
    mutating func number(_ name: String) -> Scope.Entry {
        // Swift takes `self` without backticks for a local of that name, too.
        if kept.contains(name) || name.hasPrefix("`") { return .asWritten }
        declared += 1
        return .local(declared)
    }

    mutating func writeEntry(_ entry: Scope.Entry, _ name: String) {
        switch entry {
        case .local(let number), .function(let number): bytes.local(number)
        case .asWritten: bytes.text(name)
        }
    }

    /// Writes a use of a name that stands by itself.
    mutating func writeUse(_ name: String, isCalled: Bool = false) {
        switch scopes.meaning(of: name) {
        case .entry(let entry):
            writeEntry(entry, name)
            // An overload further out may be meant.
            if isCalled { mentions.add(name) }
            if case .function = entry { mentions.add(name) }
            if case .asWritten = entry { mentions.add(name) }
        case .outside:
            bytes.text(name)
            mentions.add(name)
        case .doubtful:
            doubtful.insert(name)
            bytes.text(name)
            mentions.add(name)
        }
    }

    /// Keeps every name below a node: what reads the text, as macros do, sees them.
    mutating func keepNames(below node: some SyntaxProtocol) {
        for token in node.tokens(viewMode: .sourceAccurate) {
            if case .identifier(let name) = token.tokenKind { doubtful.insert(name.unquoted) }
            if case .dollarIdentifier(let name) = token.tokenKind {
                doubtful.insert(String(name.dropFirst()))
            }
        }
    }

    /// Takes note of code that stands nowhere: it can name everything, and be made of the text and its place.
    mutating func expandUnknownMacro() {
        mentions.anything = true
        mentions.expandsMacro = true
    }

    // MARK: - Tree

    mutating func write(_ node: (some SyntaxProtocol)?) {
        guard let node = node.map({ Syntax($0) }) else { return }
        if let token = node.as(TokenSyntax.self) { return writeToken(token) }
        if node.asProtocol((any WithAttributesSyntax).self) != nil {
            if node.declaredAttributes.contains(where: { $0.mayBeMacro(besides: attributes) }) {
                keepNames(below: node)
                expandUnknownMacro()
            }
        }
        bytes.open("\(node.kind)")
        if !writeScoped(node) { writeChildren(of: node) }
        bytes.close()
    }

    mutating func writeChildren(of node: some SyntaxProtocol) {
        for child in node.children(viewMode: .sourceAccurate) { write(child) }
    }

    private mutating func writeToken(_ token: TokenSyntax) {
        switch token.tokenKind {
        case .semicolon, .endOfFile: return
        // What follows the last element of a list is formatting: the tree tells elements apart.
        case .comma where token.isTrailingComma: return
        case .identifier(let name), .binaryOperator(let name), .prefixOperator(let name),
            .postfixOperator(let name):
            if !token.isOnlyAName { mentions.add(name.unquoted) }
        // A pair of `$` and a name is the projection of a wrapped variable, whose name is then kept.
        case .dollarIdentifier(let name):
            if Int(name.dropFirst()) == nil {
                doubtful.formUnion([String(name.dropFirst()), "_" + name.dropFirst()])
                mentions.add(name)
            }
        case .keyword(.Self), .keyword(.self), .keyword(.super): mentions.names.formUnion(enclosing)
        case .keyword(.Any): mentions.anything = true
        // It can be the initialiser of a type that is named nowhere.
        case .keyword(.`init`) where !token.isOfConcreteType: mentions.names.insert("init")
        // In a string of several lines Swift reads every line break as one character.
        case .stringSegment(let text): return bytes.text(text.withPlainLineBreaks)
        default: break
        }
        bytes.text(token.text)
    }

    /// Writes a condition of `#if`, in which nothing is a local.
    mutating func writeCondition(_ text: String) {
        // Numbers of clauses stand among the conditions of a declaration.
        if !text.hasPrefix("#") { mentions.conditions.insert(text) }
        bytes.open("condition")
        bytes.text(text)
        bytes.close()
    }

    // MARK: - Labels of statements

    mutating func writeLabeled(_ statement: LabeledStmtSyntax) {
        declared += 1
        let name = statement.label.text
        labels.append((name, declared))
        writeEntry(kept.contains(name.unquoted) ? .asWritten : .local(declared), name)
        write(statement.statement)
        labels.removeLast()
    }

    mutating func writeJump(to label: TokenSyntax?) {
        guard let label else { return }
        if let target = labels.last(where: { $0.name == label.text }), !kept.contains(label.text.unquoted) {
            bytes.local(target.number)
        } else {
            bytes.text(label.text)
        }
    }
}

extension TokenSyntax {
    /// Whether it is a comma behind the last part of a list's element.
    fileprivate var isTrailingComma: Bool {
        guard let parent, let list = parent.parent, list.kind.isSyntaxCollection else { return false }
        return parent.lastToken(viewMode: .sourceAccurate) == self
    }

    /// Whether it is an `init` behind the name of a type that is known not to be of this package.
    fileprivate var isOfConcreteType: Bool {
        let access = parent?.parent?.as(MemberAccessExprSyntax.self)
        guard let type = access?.base?.as(DeclReferenceExprSyntax.self) else { return false }
        return KnownTypes.concrete.contains(type.baseName.text)
    }

    /// Whether it is a label or the name of what is declared here, which reaches nothing else.
    fileprivate var isOnlyAName: Bool { parent.map { Self.labelled.contains($0.kind) } ?? false }

    /// Nodes whose own identifiers, not those of nodes inside, are labels and names that they declare.
    private static let labelled: Set<SyntaxKind> = [
        .labeledExpr, .functionParameter, .closureParameter, .tupleTypeElement, .enumCaseParameter,
        .multipleTrailingClosureElement, .declNameArgument, .functionDecl, .structDecl, .classDecl, .enumDecl,
        .actorDecl, .protocolDecl, .typeAliasDecl, .associatedTypeDecl, .genericParameter, .enumCaseElement,
        .identifierPattern, .tuplePatternElement,
    ]
}
