/// The name of a type as identities and lineage have it: the same in every process.
enum TypeName {
    /// Swift's name of the type, with its module. Of a private or local type Swift also prints the address of the
    /// context, which differs in every run; it is left out.
    static func of(_ type: Any.Type) -> String {
        let marker = "(unknown context at $"
        var name = ""
        var rest = Substring(String(reflecting: type))
        while let range = rest.firstRange(of: marker), let end = rest[range.upperBound...].firstIndex(of: ")")
        {
            name += rest[..<range.lowerBound] + "(private)"
            rest = rest[rest.index(after: end)...]
        }
        return name + rest
    }
}
