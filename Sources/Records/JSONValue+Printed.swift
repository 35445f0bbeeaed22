extension JSONValue {
    /// Canonical JSON of a value that was checked when it came in: parsed, encoded, or put together by us.
    ///
    /// A value without a canonical form, which no store accepts, is printed as `null`.
    package var printed: [UInt8] { (try? canonical) ?? Array("null".utf8) }

    /// The same with one member a line, as settings files have it.
    package var printedPretty: [UInt8] { (try? prettyPrinted) ?? Array("null\n".utf8) }

    /// Appends the same as `printed` has.
    package func appendPrinted(to bytes: inout [UInt8]) {
        let start = bytes.count
        do {
            try appendCanonical(to: &bytes)
        } catch {
            bytes.removeSubrange(start...)
            bytes.append(contentsOf: "null".utf8)
        }
    }
}

extension JSONObject {
    /// Makes an object of members in any order; of several with one name the last counts.
    package init(_ members: [(String, JSONValue)]) {
        self.init()
        for (name, value) in members { self[name] = value }
    }
}
