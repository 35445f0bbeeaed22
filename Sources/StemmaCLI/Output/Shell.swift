import StemmaRecords

/// Text as a shell and a terminal take it.
typealias Shell = ShellText
