import StemmaIdentity
import SwiftDiagnostics
import SwiftSyntax

/// Why a function cannot be a thunk, and what to do.
enum ThunkProblem: String, DiagnosticMessage {
    case noFunction = "@Thunk belongs before a function"
    case local =
        "a thunk is a function of a file or a static function of a type: move it out of the function around it"
    case method =
        "what a method returns depends on the value that it is called on: make it static, or a function of a file"
    case classMethod = "a subclass can override this function: make it static"
    case openClass =
        "a subclass can change what this function uses: mark the class final, or make it a function of a file"
    case isolated =
        "a thunk runs in any thread, and not in that of an actor: mark the function nonisolated, or move it out"
    case unwrapped = "a thunk takes and returns what is to be kept: write an optional, with '?'"
    case generic =
        "a thunk needs concrete types: write a function for the types that are used, which calls the generic one"
    case asynchronous = "a thunk cannot be async: mark the synchronous function that does the computing"
    case noParameters =
        "@Thunk makes a variable of the function's name, which Swift refuses beside a function without parameters: write let name = Thunk(\"name\", version: \"1\", parameters: []) { ... }"
    case specifier =
        "a thunk takes plain values: no inout, borrowing, consuming, isolated or sending parameters"
    case variadic = "a thunk takes a fixed number of values: take an array"
    case attributed = "a thunk takes plain values: no autoclosures or functions"
    case operatorFunction = "an operator cannot be a thunk: write a function with a name"
    case noResult = "a thunk returns what is to be kept; this function returns nothing"
    case noTuple = "unpackOutput is for functions that return a tuple of two or more"
    case noFileTarget = "generatesFile is for functions that return nothing and take one FileTarget"
    case optionLiteral = "options of @Thunk are written out: true or false, and strings without interpolation"
    case invalidIdentity = "compatibleWith takes identities in full, 64 hexadecimal digits"

    var message: String { rawValue }
    var severity: DiagnosticSeverity { .error }
    var diagnosticID: MessageID { MessageID(domain: "Stemma", id: "\(self)") }
}

extension ThunkDeclaration {
    var returnType: TypeSyntax? { function.signature.returnClause?.type }

    /// The positions of parameters that say where a file goes.
    var fileTargets: [Int] {
        parameters.enumerated().compactMap { position, parameter in
            ["FileTarget", "Stemma.FileTarget"].contains(parameter.type.trimmedDescription) ? position : nil
        }
    }

    /// Whether an option of the attribute is set.
    func option(_ name: String, of attribute: AttributeSyntax) -> Bool {
        options(of: attribute).contains {
            $0.label?.text == name && $0.expression.as(BooleanLiteralExprSyntax.self)?.literal.text == "true"
        }
    }

    private func options(of attribute: AttributeSyntax) -> LabeledExprListSyntax {
        guard case .argumentList(let list) = attribute.arguments else { return [] }
        return list
    }

    /// Everything that is wrong, with the place to show it at.
    func problems(attribute: AttributeSyntax, around context: [Syntax]) -> [(ThunkProblem, Syntax)] {
        placeProblems(context) + signatureProblems + resultProblems(attribute) + optionProblems(attribute)
    }

    private func placeProblems(_ context: [Syntax]) -> [(ThunkProblem, Syntax)] {
        var problems: [(ThunkProblem, Syntax)] = []
        let modifiers = function.modifiers.map(\.name.text)
        if context.contains(where: { $0.enclosingName == nil && $0.isBody }) {
            problems.append((.local, Syntax(function.name)))
        } else if modifiers.contains("class") {
            problems.append((.classMethod, Syntax(function.name)))
        } else if !context.isEmpty, !modifiers.contains("static") {
            problems.append((.method, Syntax(function.name)))
        } else if context.first?.as(ClassDeclSyntax.self)?.isFinal == false {
            problems.append((.openClass, Syntax(function.name)))
        }
        if isIsolated(context) { problems.append((.isolated, Syntax(function.name))) }
        let isGenericAround = context.contains {
            $0.asProtocol((any WithGenericParametersSyntax).self)?.genericParameterClause != nil
        }
        if isGenericAround || function.genericParameterClause != nil || function.genericWhereClause != nil {
            problems.append((.generic, Syntax(function.name)))
        }
        return problems
    }

    /// Whether it belongs to a global actor by its own word or that of the type around it.
    private func isIsolated(_ context: [Syntax]) -> Bool {
        if function.modifiers.contains(where: { $0.name.text == "nonisolated" }) { return false }
        return ([Syntax(function)] + context.prefix(1)).contains { node in
            node.declaredAttributes.contains {
                $0.plainName.hasSuffix("Actor") && $0.plainName != "globalActor"
            }
        }
    }

    private var signatureProblems: [(ThunkProblem, Syntax)] {
        var problems: [(ThunkProblem, Syntax)] = []
        guard case .identifier = function.name.tokenKind else {
            return [(.operatorFunction, Syntax(function.name))]
        }
        if let async = function.signature.effectSpecifiers?.asyncSpecifier {
            problems.append((.asynchronous, Syntax(async)))
        }
        if parameters.isEmpty { problems.append((.noParameters, Syntax(function.name))) }
        for parameter in parameters {
            if let type = parameter.type.as(AttributedTypeSyntax.self) {
                problems.append((type.specifiers.isEmpty ? .attributed : .specifier, Syntax(type)))
            } else if parameter.type.is(FunctionTypeSyntax.self) {
                problems.append((.attributed, Syntax(parameter.type)))
            } else if parameter.type.containsOpaqueType {
                problems.append((.generic, Syntax(parameter.type)))
            }
            if parameter.type.isUnwrapped { problems.append((.unwrapped, Syntax(parameter.type))) }
            if let ellipsis = parameter.ellipsis { problems.append((.variadic, Syntax(ellipsis))) }
        }
        return problems
    }

    private func resultProblems(_ attribute: AttributeSyntax) -> [(ThunkProblem, Syntax)] {
        let result = returnType.flatMap {
            ["Void", "()", "Never"].contains($0.trimmedDescription) ? nil : $0
        }
        if option("generatesFile", of: attribute) {
            return result == nil && fileTargets.count == 1 ? [] : [(.noFileTarget, Syntax(attribute))]
        }
        guard let result else { return [(.noResult, Syntax(function.name))] }
        if option("unpackOutput", of: attribute), (result.as(TupleTypeSyntax.self)?.elements.count ?? 0) < 2 {
            return [(.noTuple, Syntax(attribute))]
        }
        if result.isUnwrapped { return [(.unwrapped, Syntax(result))] }
        return result.containsOpaqueType ? [(.generic, Syntax(result))] : []
    }

    private func optionProblems(_ attribute: AttributeSyntax) -> [(ThunkProblem, Syntax)] {
        var problems: [(ThunkProblem, Syntax)] = []
        var label = ""
        for argument in options(of: attribute) {
            // The strings after the first one of `compatibleWith:` have no label.
            label = argument.label?.text ?? label
            if label == "compatibleWith" {
                guard let text = argument.expression.as(StringLiteralExprSyntax.self)?.representedLiteralValue
                else {
                    problems.append((.optionLiteral, Syntax(argument)))
                    continue
                }
                if !text.isDigest { problems.append((.invalidIdentity, Syntax(argument))) }
            } else if !argument.expression.is(BooleanLiteralExprSyntax.self) {
                problems.append((.optionLiteral, Syntax(argument)))
            }
        }
        return problems
    }
}

extension Syntax {
    /// Whether declarations in here are local.
    fileprivate var isBody: Bool {
        self.is(FunctionDeclSyntax.self) || self.is(ClosureExprSyntax.self)
            || self.is(AccessorDeclSyntax.self)
            || self.is(InitializerDeclSyntax.self) || self.is(SubscriptDeclSyntax.self)
            || self.is(DeinitializerDeclSyntax.self)
    }
}

extension TypeSyntax {
    /// Whether it has a `some` in it.
    fileprivate var containsOpaqueType: Bool {
        tokens(viewMode: .sourceAccurate).contains { $0.tokenKind == .keyword(.some) }
    }

    /// Whether it is an optional that is unwrapped by itself.
    fileprivate var isUnwrapped: Bool { self.is(ImplicitlyUnwrappedOptionalTypeSyntax.self) }
}

extension String {
    fileprivate var isDigest: Bool {
        utf8.count == 64 && allSatisfy { $0.isASCII && ($0.isNumber || ("a"..."f").contains($0)) }
    }
}
