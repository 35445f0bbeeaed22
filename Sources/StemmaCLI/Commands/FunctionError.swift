import Stemma

/// Errors about functions that commands name, made in one place.
enum FunctionError {
    static func unknown(_ name: String) -> StemmaError {
        StemmaError(
            .notFound, "no call of a function '\(Shell.visible(name))' is recorded in this clone",
            hint: "stemma show VARIABLE NAME=VALUE names the function that made a record",
            fields: ["function": name])
    }

    static func noDigest(_ text: String) -> StemmaError {
        UsageError.make("--identity takes 64 digits of lower-case hex, not '\(Shell.visible(text))'")
    }
}
