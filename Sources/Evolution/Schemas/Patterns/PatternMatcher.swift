internal import CPCRE2
import StemmaRecords

/// What matches patterns: a place to work in, which one thread uses at a time.
struct PatternMatcher {
    enum Outcome { case found, absent, exhausted }

    /// Made for the first pattern: most schemas have none.
    private var workspace: Workspace?

    /// Looks for a pattern anywhere in a text.
    mutating func match(_ text: String, _ pattern: Pattern) -> Outcome {
        let workspace = self.workspace ?? Workspace()
        self.workspace = workspace
        return text.withBytes { workspace.match($0, pattern) }
    }

    private final class Workspace {
        private let data = pcre2_match_data_create_8(1, nil)
        private let context = pcre2_match_context_create_8(nil)

        init() {
            // A million steps of backtracking take some 10 ms, and what a pattern means to match takes thousands.
            pcre2_set_match_limit_8(context, 1_000_000)
        }

        deinit {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
        }

        func match(_ text: UnsafeRawBufferPointer, _ pattern: Pattern) -> Outcome {
            let status = match(text, pattern, options: 0)
            // The stack of machine code is small; the interpreter has the heap.
            return outcome(
                status == PCRE2_ERROR_JIT_STACKLIMIT ? match(text, pattern, options: PCRE2_NO_JIT) : status)
        }

        private func match(_ text: UnsafeRawBufferPointer, _ pattern: Pattern, options: UInt32) -> Int32 {
            // Strings are valid UTF-8; an empty one need not have an address.
            let empty: StaticString = ""
            let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? empty.utf8Start
            return pcre2_match_8(
                pattern.code, bytes, text.count, 0, PCRE2_NO_UTF_CHECK | options, data, context)
        }

        private func outcome(_ status: Int32) -> Outcome {
            switch status {
            case 0...: .found
            case PCRE2_ERROR_NOMATCH: .absent
            default: .exhausted
            }
        }
    }
}
