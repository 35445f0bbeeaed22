import Glibc

StandardStreams.holdPlaces()
// A limit on the size of files is an error as a full disk is one, and not the end of the process.
signal(SIGXFSZ, SIG_IGN)
let code = Program(commands: Command.all).run(CommandLine.argc, CommandLine.unsafeArgv)
Interruption.obey()
exit(code.rawValue)
