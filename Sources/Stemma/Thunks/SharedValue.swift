import StemmaRecords

/// A type of values of which no holder can change a part for another; they may be too large to look into.
protocol PlainValue {}

extension Array: PlainValue where Element: NPYElement {}
extension NDArray: PlainValue {}

/// A type whose mirror shows all that it holds, though it is of its own making.
protocol OpenReflection {}

extension Array: OpenReflection {}
extension ArraySlice: OpenReflection {}
extension ContiguousArray: OpenReflection {}
extension Dictionary: OpenReflection {}
extension Set: OpenReflection {}
extension Optional: OpenReflection {}
extension Range: OpenReflection {}
extension ClosedRange: OpenReflection {}
extension Character: OpenReflection {}
extension Substring: OpenReflection {}

/// Whether a value can be handed to several functions without one of them changing it for the others: not where it
/// holds an instance of a class.
enum SharedValue {
    /// Larger values are not searched: decoding them anew costs no more.
    private static let largestSearch = 10_000

    static func isSafe(_ value: Any) -> Bool {
        var left = largestSearch
        return !mayHoldClass(value, &left)
    }

    private static func mayHoldClass(_ value: Any, _ left: inout Int) -> Bool {
        switch value {
        case is any PlainValue, is String, is Bool, is any BinaryInteger, is any BinaryFloatingPoint:
            return false
        default: break
        }
        if type(of: value) is AnyClass { return true }
        // Its mirror may leave out what it holds.
        if value is any CustomReflectable, !(value is any OpenReflection) { return true }
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .class || mirror.displayStyle == .foreignReference { return true }
        for child in mirror.children {
            left -= 1
            if left < 0 || mayHoldClass(child.value, &left) { return true }
        }
        return false
    }
}
