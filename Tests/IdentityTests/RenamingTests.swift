import StemmaIdentity
import SwiftParser
import SwiftSyntax
import TestSupport
import Testing

@Suite("Renaming and reformatting at random")
struct RenamingTests {
    /// Every name that starts with `v` is a local.
    private static let source = """
        let rate = 2.0
        func helper(_ vIn: [Double], scale: Double) -> [Double] { vIn.map { vOne in vOne * scale } }
        struct Peak { var position: Int; var height: Double }
        @Thunk func f(_ vSignal: [Double], low vLow: Double, high vHigh: Double = 450) throws -> [Double] {
            guard let vFirst = vSignal.first, vFirst > vLow else { return [] }
            var vSum = 0.0, vCount = 0
            func vNested(_ vValue: Double) -> Double { vValue > 0 ? vNested(vValue - 1) : vSum }
            vOuter: for (vIndex, vSample) in vSignal.enumerated() where vSample < vHigh {
                let vPeak = Peak(position: vIndex, height: vSample)
                switch vPeak.height {
                case let vHeight where vHeight > 1: vSum += vHeight
                case 0: continue vOuter
                default: if vCount > 10 { break vOuter }
                }
                vCount += 1
            }
            let vScaled = helper(vSignal, scale: rate).map { [vCount] (vElement: Double) in
                vElement + Double(vCount) + vNested(vSum)
            }
            do {
                try check(vScaled)
            } catch let vError as Problem {
                print("\\(vError) at \\(vCount)")
            }
            if let vLast = vScaled.last, case let vTwice = vLast * 2 { vSum = vTwice }
            return vScaled.sorted { $0 < $1 } + [vSum, vFirst]
        }
        """

    private final class Renamer: SyntaxRewriter {
        var names: [String: String] = [:]
        var generator: SeededGenerator

        init(_ generator: SeededGenerator) {
            self.generator = generator
            super.init(viewMode: .sourceAccurate)
        }

        private var space: Trivia {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: .spaces(2)
            case 1: .newline + .blockComment("/* v \\(x) { */") + .newline
            case 2: .newlines(2) + .spaces(3)
            default: .space
            }
        }

        override func visit(_ token: TokenSyntax) -> TokenSyntax {
            var token = token
            if case .identifier(let name) = token.tokenKind, name.hasPrefix("v") {
                let new = names[name] ?? "n\(names.count)x\(Int.random(in: 0..<1000, using: &generator))"
                names[name] = new
                token.tokenKind = .identifier(new)
            }
            // Where there is a line break or a space there may be more of them.
            if token.leadingTrivia.contains(where: \.isNewline) { token.leadingTrivia = .newline + space }
            if case .spaces = token.trailingTrivia.first, Bool.random(using: &generator) {
                token.trailingTrivia = .spaces(3)
            }
            return token
        }
    }

    @Test("All locals renamed, all formatting changed: the identity stays")
    func renaming() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let expected = try #require(IdentityFixture.identity(in: Self.source))
        for round in 0..<50 {
            let renamer = Renamer(SeededGenerator(seed: seed &+ UInt64(round)))
            let renamed = renamer.rewrite(Parser.parse(source: Self.source)).description
            #expect(renamed != Self.source)
            // Labels and parts have names of their own; the signature is compared without internal names.
            #expect(
                IdentityFixture.identity(in: renamed) == expected, "seed \(seed), round \(round)\n\(renamed)")
        }
    }

    @Test("Any other token changed: the identity changes")
    func replacing() throws {
        let tree = Parser.parse(source: Self.source)
        let expected = try #require(IdentityFixture.identity(in: Self.source))
        var tried = 0
        for token in tree.tokens(viewMode: .sourceAccurate) {
            let text: String
            switch token.tokenKind {
            case .identifier(let name) where !name.hasPrefix("v") && name != "f" && name != "Thunk":
                text = name + "X"
            case .integerLiteral(let digits): text = digits + "1"
            case .floatLiteral(let digits): text = digits + "1"
            case .stringSegment(let words) where !words.isEmpty: text = words + " "
            case .binaryOperator(let name): text = name == "+" ? "-" : "+"
            default: continue
            }
            let bytes = Array(Self.source.utf8)
            let (start, end) = (
                token.positionAfterSkippingLeadingTrivia.utf8Offset,
                token.endPositionBeforeTrailingTrivia.utf8Offset
            )
            let changed = String(decoding: bytes[..<start] + Array(text.utf8) + bytes[end...], as: UTF8.self)
            tried += 1
            #expect(IdentityFixture.identity(in: changed) != expected, "\(token.text) -> \(text)")
        }
        #expect(tried > 60)
    }
}
