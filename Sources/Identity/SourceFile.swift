import StemmaBlobs
import SwiftParser
import SwiftSyntax

/// A Swift source file of the module.
package struct SourceFile {
    package let path: String
    let digest: Digest
    let tree: SourceFileSyntax

    package init(path: String, text: String) {
        self.path = path
        digest = Digest.of(Array(text.utf8))
        tree = Parser.parse(source: text)
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    /// The conditions of all `#if` blocks.
    package var conditions: Set<String> {
        let finder = ConditionFinder(viewMode: .sourceAccurate)
        finder.walk(tree)
        return finder.found
    }
}

private final class ConditionFinder: SyntaxVisitor {
    var found: Set<String> = []

    override func visit(_ node: IfConfigClauseSyntax) -> SyntaxVisitorContinueKind {
        if let condition = node.condition { found.insert(condition.conditionText) }
        return .visitChildren
    }
}
