import Glibc

StandardStreams.holdPlaces()
exit(Program(commands: Command.all).run(CommandLine.argc, CommandLine.unsafeArgv).rawValue)
