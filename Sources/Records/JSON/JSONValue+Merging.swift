extension JSONValue {
    /// A value with what both sides have changed of a base, member by member of objects; arrays are one thing each.
    ///
    /// Returns `nil` where both have changed the same and not alike.
    package static func merging(base: JSONValue?, ours: JSONValue?, theirs: JSONValue?) -> JSONValue?? {
        if ours == theirs || theirs == base { return .some(ours) }
        if ours == base { return .some(theirs) }
        guard case .object(let left)? = ours, case .object(let right)? = theirs else { return nil }
        var whole = JSONObject()
        if case .object(let object)? = base { whole = object }
        var merged = JSONObject()
        for name in Set(left.names + right.names) {
            guard let member = merging(base: whole[name], ours: left[name], theirs: right[name]) else {
                return nil
            }
            merged[name] = member
        }
        return .some(.object(merged))
    }
}
