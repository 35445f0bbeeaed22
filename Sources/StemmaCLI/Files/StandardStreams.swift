import Glibc

/// Standard input, output and error, which whoever starts the program may have closed.
enum StandardStreams {
    /// Puts something in the place of each that is closed.
    ///
    /// Otherwise the first files that are opened would get their numbers: a page would be taken for standard input,
    /// and results be written into it. Input and output are opened the wrong way round, so that using them fails as it
    /// does on a closed stream; what is said to a closed standard error is lost, as it should be.
    static func holdPlaces() {
        for (stream, access) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR),
        ]
        where fcntl(stream, F_GETFD) == -1 {
            // The lowest free number is given out, and those below are taken.
            _ = open("/dev/null", access)
        }
    }
}
