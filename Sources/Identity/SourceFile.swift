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
}
