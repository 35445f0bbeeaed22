import Testing

/// Expects a text, and shows both when it is another one.
func expect(
    _ found: @autoclosure () throws -> String, is wanted: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        let found = try found()
        if found != wanted {
            Issue.record("found:\n\(found)instead of:\n\(wanted)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
