@attached(peer, names: overloaded)
public macro Thunk() = #externalMacro(module: "StemmaMacros", type: "ThunkMacro")
