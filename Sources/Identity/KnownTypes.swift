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

    /// Types of the standard library and Foundation that hold a value, and never an object that others see change.
    static let plain: Set<String> = ofLiterals.union([
        "Data", "Date", "Decimal", "Duration", "Float16", "Int128", "StaticString", "Substring",
        "TimeInterval",
        "UInt128", "URL", "UUID", "Void",
    ])
}
