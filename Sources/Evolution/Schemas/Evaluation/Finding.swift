/// A violation while the value is still being walked through.
///
/// The way to the part is put together on the way back, so that a value without violations costs nothing.
struct Finding {
    /// The positions of members and elements on the way to the part, from the part up.
    var path: [Int] = []
    let node: SchemaNode
    let rule: String
    var message: String
}

extension Finding {
    /// Whether two are about the same keyword and part, found twice by different references.
    func isSame(as other: Finding) -> Bool {
        node === other.node && rule == other.rule && path == other.path && message == other.message
    }
}
