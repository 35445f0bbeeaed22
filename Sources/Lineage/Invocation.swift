import StemmaBlobs
import StemmaRecords

/// The identity of a call: function identity, input payload digests and constants (Docs/Format.md).
package struct Invocation {
    private let context = DigestContext()

    /// Parts are told apart by a tag and a length, so that no two lists of parts give the same bytes.
    private enum Tag: UInt8 {
        case format = 0, module, name, identity, outputs, inputName, inputFormat, inputContent
        case constantName, constantType, constantValue
        case keys, wholeKeys, wholeVersion
    }

    package init(function: FunctionRecord, identity: Digest) {
        append(.format, Array("stemma-invocation-1".utf8))
        append(.module, Array(function.module.utf8))
        append(.name, Array(function.name.utf8))
        append(.identity, identity.bytes)
        append(.outputs, Array(String(function.outputs.count).utf8))
    }

    package func add(input name: String, format: PayloadFormat, content: Digest) {
        append(.inputName, Array(name.utf8))
        append(.inputFormat, Array(format.rawValue.utf8))
        append(.inputContent, content.bytes)
    }

    /// - Parameter bits: the value exactly, in a form that differs for values that the function can tell apart.
    package func add(constant name: String, type: String, bits: [UInt8]) {
        append(.constantName, Array(name.utf8))
        append(.constantType, Array(type.utf8))
        append(.constantValue, bits)
    }

    /// What the function sees of the input that was added last, besides its value.
    package func add(wholeKeys keys: Keys, version: Version) {
        append(.wholeKeys, keys.canonical)
        append(.wholeVersion, version.canonical)
    }

    /// The keys that the function is told, after all arguments.
    package func add(keys: Keys) { append(.keys, keys.canonical) }

    package func finish() -> Digest { context.finish() }

    private func append(_ tag: Tag, _ bytes: [UInt8]) {
        var head = [tag.rawValue]
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { head.append(contentsOf: $0) }
        head.withUnsafeBytes { context.update($0) }
        bytes.withUnsafeBytes { context.update($0) }
    }
}
