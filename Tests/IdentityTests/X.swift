import Testing
import StemmaIdentity
import StemmaMacros
@Test func x() { print(probe("let a = 1")); print(ThunkMacro.self) }
