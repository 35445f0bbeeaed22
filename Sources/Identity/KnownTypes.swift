/// What is known of other modules' types by name.
enum KnownTypes {
    /// Types of the standard library and Foundation that are certainly no protocols: what an extension adds to them,
    /// other than initialisers and subscripts, has to be called by name.
    static let concrete: Set<String> = generic.union([
        "Bool", "Character", "Data", "Date", "Double", "Float", "Int", "Int16", "Int32", "Int64", "Int8",
        "String",
        "Substring", "UInt", "UInt16", "UInt32", "UInt64", "UInt8", "URL", "UUID",
    ])

    /// Those of them that are of one kind with generic arguments alone.
    static let generic: Set<String> = [
        "Array", "ArraySlice", "ClosedRange", "ContiguousArray", "Dictionary", "Optional", "Range", "Result",
        "Set",
    ]

    /// Names of aliases that say of which type literals are.
    static let literalAliases: Set<String> = [
        "IntegerLiteralType", "FloatLiteralType", "BooleanLiteralType", "StringLiteralType",
        "ExtendedGraphemeClusterType", "UnicodeScalarType",
    ]

    /// Types that a literal makes without running code of the module.
    static let ofLiterals: Set<String> = [
        "Bool", "Character", "Double", "Float", "Int", "Int16", "Int32", "Int64", "Int8", "String", "UInt",
        "UInt16",
        "UInt32", "UInt64", "UInt8",
    ]

    /// Types by which nobody comes to state that a program could change: values, protocols, and what holds only what it
    /// was given.
    static let stateless: Set<String> = concrete.union(plain).union([
        "Address", "AnyCollection", "AnyHashable", "AnyIterator", "AnyKeyPath", "AnyObject", "AnySequence",
        "Atomic", "BidirectionalCollection", "BinaryFloatingPoint", "BinaryInteger", "CaseIterable", "CChar",
        "CInt", "CGFloat", "CharacterSet", "CodingKey", "CodingKeys", "Codable", "CollectionOfOne",
        "Collection", "Comparable", "CustomDebugStringConvertible", "CustomStringConvertible",
        "DateComponents", "DateInterval", "Decodable", "Decoder", "DecodingError", "Digest", "Element",
        "EmptyCollection", "Encodable", "Encoder", "EncodingError", "Equatable", "Error",
        "ExpressibleByArrayLiteral", "ExpressibleByFloatLiteral", "ExpressibleByIntegerLiteral",
        "ExpressibleByStringLiteral", "Failure", "FixedWidthInteger", "FloatingPoint", "GeneratedFile",
        "Hashable", "Hasher", "Identifiable", "Index", "IndexPath", "IndexSet", "Input", "IteratorProtocol",
        "Iterator", "JSONDecoder", "JSONEncoder", "JSONObject", "JSONPointer", "JSONValue", "Key", "KeyPath",
        "KeyValuePairs", "Keys", "LocalizedError", "LosslessStringConvertible", "MainActor", "Measurement",
        "MutableCollection", "Mutex", "NDArray", "NSLock", "NSRegularExpression", "Never", "Numeric",
        "ObjectIdentifier", "OptionSet", "Output", "PartialRangeFrom", "PartialRangeThrough",
        "PartialRangeUpTo", "PayloadFormat", "RandomAccessCollection", "RandomNumberGenerator",
        "RangeReplaceableCollection", "RawRepresentable", "Real", "Record", "Regex", "RegexBuilder",
        "Scalar", "SchemaVersion", "Sendable", "Sequence", "SignedInteger", "SignedNumeric", "Slice",
        "SIMD", "SIMD2", "SIMD3", "SIMD4", "SIMD8", "SIMD16", "SIMD32", "SIMD64", "StemmaError", "Storable",
        "Strideable", "StrideThrough", "StrideTo", "StringProtocol", "Success",
        "SystemRandomNumberGenerator", "Thunk", "Traced", "Unicode", "UnicodeScalar", "Unpacked",
        "UnsafeBufferPointer", "UnsafeMutableBufferPointer", "UnsafeMutablePointer",
        "UnsafeMutableRawBufferPointer", "UnsafePointer", "UnsafeRawBufferPointer", "UnsafeRawPointer",
        "UnsignedInteger", "Value", "Variable", "Version", "Wrapped", "WritableKeyPath", "Zip2Sequence",
    ])

    /// Types of the standard library and Foundation that hold a value, and never an object that others see change.
    static let plain: Set<String> = ofLiterals.union([
        "Data", "Date", "Decimal", "Duration", "Float16", "Int128", "StaticString", "Substring",
        "TimeInterval",
        "UInt128", "URL", "UUID", "Void",
    ])
}
