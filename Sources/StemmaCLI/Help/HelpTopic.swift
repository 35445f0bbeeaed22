/// Help on what several commands have in common.
struct HelpTopic: Sendable {
    let name: String
    let summary: String
    let paragraphs: [String]

    static let all = [addresses, revisions, scripts]

    private static let addresses = HelpTopic(
        name: "addresses", summary: "how records are named",
        paragraphs: [
            """
            An address is VARIABLE NAME=VALUE ... . A NAME that is one of the store's keys is a key and says where in \
            the data set a result belongs; any other NAME is a version entry and says which variant of the \
            computation it is.
            """,
            """
            A VALUE is a JSON scalar when it parses as one (20, 2.5, true, null, "text"), otherwise a string. For a \
            key that is declared string it is always the text as typed: session=01 keeps its zero. To give a version \
            entry a string that looks like a number, quote it twice: code='"01"'.
            """,
            """
            save, load and show name one record: its keys exactly, where a key that is not named is absent; its \
            version entries must be contained. Without entries every variant matches. A version that equals what is \
            named wins; if several are left, an error lists them. --version '{"low":20}' states the whole version, \
            --version '{}' none.
            """,
            """
            list, remove, log and diff take a filter: everything that has the values named. The variable may be left \
            out there.
            """,
        ])

    private static let revisions = HelpTopic(
        name: "revisions", summary: "how commits are named",
        paragraphs: [
            """
            REV is anything that git resolves to a commit: a branch, a tag, HEAD~2, a1b2c3d, main@{1}. \
            Without --at REV a command reads the work tree: the store as it is on disk, committed or not.
            """,
            """
            diff compares two states:
              A..B     the commits A and B
              A...B    B with the last commit that A and B have in common
              A        A with the work tree (also: A..)
              (none)   HEAD with the work tree
            """,
            """
            A word that has .. in it or resolves as a revision is one; any other belongs to the filter. Where a word \
            could be both, -- separates: 'stemma diff main -- Trend'.
            """,
        ])

    private static let scripts = HelpTopic(
        name: "scripts", summary: "output and exit codes that programs may rely on",
        paragraphs: [
            """
            With --json every command prints JSON Lines: one object a line, each with a "kind". All but list end \
            with one object of the kind "summary". Ignore kinds and members that you do not know: later releases may \
            add some. Docs/Output.md has the grammar.
            """,
            """
            Results go to standard output; progress, remarks and errors to standard error. With --json an error \
            stands on standard output too, as an object of the kind "error".
            """,
            """
            With --quiet a command prints what it is for and nothing else: list its records, save the digest. What \
            only tells that something was done ('saved 3 records', '[main 1a2b3c4d5e6f] ...', 'no damage in ...') is \
            left out, and so are progress and remarks. Errors and JSON Lines stay as they are.
            """,
            """
            exit codes:
              0   done; also when there was nothing to do
              1   it could not be done
              2   the command line is wrong
              3   conflicts are left to resolve
              4   fsck found damage
              5   another process held the store for longer than --wait
              10  there is no store
            """,
        ])
}
