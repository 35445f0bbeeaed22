import StemmaRecords

/// What is sought in lineage: an argument of the calls of some functions.
package struct ArgumentQuery: Hashable, Sendable {
    /// Which functions are meant.
    package enum Functions: Hashable, Sendable {
        /// The one of this name.
        case named(String)
        /// Those whose names match; `*` stands for any characters, `?` for one.
        case matching(String)

        /// Whether a function of that name is meant.
        package func contain(_ name: String) -> Bool {
            switch self {
            case .named(let wanted): wanted.unicodeScalars.elementsEqual(name.unicodeScalars)
            case .matching(let pattern): Self.matches(pattern, name)
            }
        }

        private static func matches(_ pattern: String, _ name: String) -> Bool {
            let (pattern, name) = (Array(pattern.unicodeScalars), Array(name.unicodeScalars))
            var (p, n) = (0, 0)
            // Where to go on when what follows the last star does not fit: the star takes one character more.
            var retry: (p: Int, n: Int)?
            while n < name.count {
                if p < pattern.count, pattern[p] == "*" {
                    retry = (p + 1, n)
                    p += 1
                } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                    (p, n) = (p + 1, n + 1)
                } else if let last = retry {
                    retry = (last.p, last.n + 1)
                    (p, n) = (last.p, last.n + 1)
                } else {
                    return false
                }
            }
            return pattern[p...].allSatisfy { $0 == "*" }
        }
    }

    package let functions: Functions
    /// The name of the parameter, or `arg_N` for the one at that position where none has that name.
    package let parameter: String
    /// The N of `arg_N`.
    private let position: Int?

    package init(functions: Functions, parameter: String) {
        (self.functions, self.parameter) = (functions, parameter)
        // As it is counted: `arg_01` is some parameter's name, or a slip.
        position =
            parameter.hasPrefix("arg_")
            ? Int(parameter.dropFirst(4)).flatMap { "arg_\($0)" == parameter ? $0 : nil } : nil
    }

    /// What a call was given there.
    package func argument(of call: LineageRecord) -> FoundArgument.Argument {
        argument(of: call) { $0 == parameter }
            ?? position.flatMap { position in argument(of: call, at: position) } ?? .absent
    }

    private func argument(
        of call: LineageRecord, where matches: (String) -> Bool
    ) -> FoundArgument.Argument? {
        if let constant = call.constants.first(where: { matches($0.name) }) {
            return FoundArgument.Argument(constant)
        }
        return call.inputs.contains { matches($0.name) } ? .input : nil
    }

    private func argument(of call: LineageRecord, at position: Int) -> FoundArgument.Argument? {
        if let constant = call.constants.first(where: { $0.position == position }) {
            return FoundArgument.Argument(constant)
        }
        return call.inputs.contains { $0.position == position } ? .input : nil
    }
}

/// What a query found in a lineage.
package struct FoundArgument: Hashable, Sendable {
    /// What stands at the parameter.
    package enum Argument: Hashable, Sendable {
        /// A constant that is a JSON scalar.
        case scalar(Scalar)
        /// A constant that is none.
        case noScalar
        /// A record, or the output of a call.
        case input
        /// The call has no such parameter.
        case absent

        init(_ constant: LineageRecord.Constant) {
            guard case .inline(let value) = constant.value, let scalar = Scalar(value) else {
                self = .noScalar
                return
            }
            self = .scalar(scalar)
        }
    }

    package let argument: Argument
    /// The function that was called.
    package let function: String
    /// The shortest way from the result to the call: 1 is the call that made it.
    package internal(set) var steps: Int
}
