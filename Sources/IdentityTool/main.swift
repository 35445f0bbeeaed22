import StemmaIdentity
import Foundation
print(CommandLine.arguments, probe("let x = 1"))
try? "enum identitiesByPluginStemmaThunks { static let x = \"hey\" }".write(toFile: CommandLine.arguments[1], atomically: true, encoding: .utf8)
