import StemmaBlobs

/// What the identity of a function is made of: an immutable JSON blob, whose digest is the identity.
package struct FunctionRecord: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        /// The name or label that invocations use.
        package let name: String
        package let type: String

        package init(name: String, type: String) {
            self.name = name
            self.type = type
        }
    }

    /// A declaration, file or condition that the function depends on.
    package struct Part: Hashable, Sendable {
        package let kind: String
        package let name: String
        package let digest: Digest

        package init(kind: String, name: String, digest: Digest) {
            self.kind = kind
            self.name = name
            self.digest = digest
        }
    }

    /// Where the identity comes from.
    package enum Basis: Hashable, Sendable {
        /// A version that the programmer states by hand.
        case stated(version: String)
        /// The sources of the function and of everything that it reaches, sorted.
        case derived([Part])
    }

    package var language: String
    package var module: String
    package var name: String
    package var basis: Basis
    package var parameters: [Parameter]
    /// The types that it returns, in order.
    package var outputs: [String]

    /// The version that was stated by hand.
    package var version: String? {
        if case .stated(let version) = basis { version } else { nil }
    }

    /// What a derived identity is made of.
    package var parts: [Part] {
        if case .derived(let parts) = basis { parts } else { [] }
    }

    package init(
        language: String, module: String, name: String, basis: Basis, parameters: [Parameter],
        outputs: [String]
    ) {
        self.language = language
        self.module = module
        self.name = name
        self.basis = basis
        self.parameters = parameters
        self.outputs = outputs
    }

    /// A function whose identity is stated by hand.
    package init(
        language: String, module: String, name: String, version: String, parameters: [Parameter],
        outputs: [String]
    ) {
        self.init(
            language: language, module: module, name: name, basis: .stated(version: version),
            parameters: parameters, outputs: outputs)
    }
}
