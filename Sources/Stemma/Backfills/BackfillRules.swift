import StemmaLineage
import StemmaRecords

/// What counts where lineage has several different values.
public enum SeveralValues: String, Sendable, CaseIterable {
    /// They must agree: a record whose lineage has different ones fails.
    case agree
    /// The one nearest to the record; different ones that are equally near are a failure all the same.
    case nearest
}

/// Where in lineage the value of a version entry stands: an argument that a function was called with.
public struct BackfillRule: Hashable, Sendable {
    /// Which functions are meant.
    public enum Functions: Hashable, Sendable {
        /// The one of this name.
        case named(String)
        /// Those whose names match a pattern, in which `*` stands for any characters and `?` for one.
        case matching(String)
    }

    /// The calls that are looked at.
    public var functions: Functions
    /// The name of the parameter, or `arg_N` for the one at that position, counted from 0, inputs and constants together.
    public var extract: String
    /// What counts where there are several values; what the rules say as a whole when it is `nil`.
    public var several: SeveralValues?

    /// The parameter of calls of these functions.
    public init(_ functions: Functions, extract: String, several: SeveralValues? = nil) {
        (self.functions, self.extract, self.several) = (functions, extract, several)
    }

    /// The parameter of calls of the function of a name.
    public init(_ function: String, extract: String, several: SeveralValues? = nil) {
        self.init(.named(function), extract: extract, several: several)
    }

    func query(_ names: FormerNames) -> ArgumentQuery {
        switch functions {
        case .named(let name):
            ArgumentQuery(functions: .named(names.current(.function, name)), parameter: extract)
        case .matching(let pattern): ArgumentQuery(functions: .matching(pattern), parameter: extract)
        }
    }
}

/// How version entries are found in lineage.
public struct BackfillRules: Hashable, Sendable {
    /// For each entry the rules to try, in order: the first that finds anything decides.
    public var entries: [String: [BackfillRule]]
    /// What counts where there are several different values, unless a rule says so itself.
    public var several = SeveralValues.agree
    /// Whether entries that records have already are inferred too, and replaced.
    public var overwrites = false

    /// Rules by the name of the entry.
    public init(_ entries: [String: [BackfillRule]]) { self.entries = entries }
}
