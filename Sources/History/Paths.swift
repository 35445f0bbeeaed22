import Glibc

/// `path` without the slash at its end, which libgit2 gives to directories.
func withoutTrailingSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
}

/// `path` with symbolic links resolved; nil when it does not exist.
func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

/// `path` with the links of that part resolved that exists, followed by the rest of it.
func resolvingExistingPart(of path: String, existingOnly: Bool = false) -> String {
    var existing = withoutTrailingSlash(path)
    var rest = ""
    while true {
        if let real = realPath(existing.isEmpty ? "." : existing) {
            return existingOnly || rest.isEmpty ? real : (real == "/" ? "" : real) + rest
        }
        guard let slash = existing.lastIndex(of: "/") else {
            rest = "/\(existing)\(rest)"
            existing = ""
            continue
        }
        rest = existing[slash...] + rest
        existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
    }
}
