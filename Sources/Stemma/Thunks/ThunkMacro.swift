/// Makes a thunk of a function: a variable of the function's name beside it, to be handed to `Store.call`.
///
/// The function stays what it is. Its identity is computed from its source, and that of everything in its module that
/// it reaches, by the plugin `StemmaThunks`, which the target has to list under `plugins`.
///
/// - Parameters:
///   - unpackOutput: whether the function returns a tuple whose elements are outputs of their own.
///   - generatesFile: whether the function returns nothing and makes the file of its `FileTarget`. The call's result
///     is the `GeneratedFile`.
///   - compatibleWith: identities that the function had before and whose results are its own still, in full.
@attached(peer, names: overloaded)
public macro Thunk(
    unpackOutput: Bool = false, generatesFile: Bool = false, compatibleWith: String...
) = #externalMacro(module: "StemmaMacros", type: "ThunkMacro")
