import Stemma

/// Knows what could be typed: options, commands, and what is in the store.
struct CandidateSource {
    private typealias Candidate = CompletionRequest.Candidate
    private let line: PartialLine
    private let commands: [Command]
    private let environment: Environment

    init(_ line: PartialLine, _ commands: [Command], _ environment: Environment) {
        self.line = line
        self.commands = commands
        self.environment = environment
    }

    var candidates: [CompletionRequest.Candidate] {
        if line.mayBeOption, line.typed.hasPrefix("-") {
            return line.options.map { Candidate(text: "--\($0.name)", meaning: $0.help) }
        }
        switch line.expected {
        case .nothing, .files, .directories: return []
        case .words(let words): return words.map { Candidate(text: $0) }
        case .commands:
            return CommandNames(commands: commands).firstWords.map {
                Candidate(text: $0.word, meaning: $0.meaning)
            }
        case .family(let family): return members(of: family)
        case .revisions: return fromStore { try revisions(of: $0) }
        // A word that is a command too, such as `migrate`, may have a second one.
        case .variables: return (line.family.map(members) ?? []) + fromStore { try variables(of: $0) }
        case .schemaVersions: return fromStore { try schemaVersions(of: $0) }
        case .entries: return fromStore { try entries(of: $0) }
        case .comparison: return fromStore { try revisions(of: $0) + variables(of: $0) }
        }
    }

    private func members(of family: String) -> [Candidate] {
        CommandNames(commands: commands).family(family).map {
            Candidate(text: String($0.name.dropFirst(family.count + 1)), meaning: $0.summary)
        }
    }

    private func fromStore(_ find: (Store) throws -> [Candidate]) -> [Candidate] {
        do {
            if let directory = line.directory { try Session.enter(directory) }
            let path = try line.store ?? environment.store ?? Store.find(from: ".")
            return try find(Store.open(path))
        } catch {
            return []
        }
    }

    private func variables(of store: Store) throws -> [Candidate] {
        try store.workTree.variables().map {
            Candidate(text: $0.name, meaning: Amount.counted($0.records, "record"))
        }
    }

    private func schemaVersions(of store: Store) throws -> [Candidate] {
        guard let variable = line.words.first else { return [] }
        return try store.workTree.schemaVersions(of: variable).map { Candidate(text: $0.description) }
    }

    /// `A..` stays before what is typed after it.
    private func revisions(of store: Store) throws -> [Candidate] {
        let names = try store.revisionNames()
        guard let dots = line.typed.firstRange(of: "..") else { return names.map { Candidate(text: $0) } }
        let third = line.typed[dots.upperBound...].hasPrefix(".") ? "." : ""
        let before = line.typed[..<dots.upperBound] + third
        return names.map { Candidate(text: before + $0) }
    }

    private func entries(of store: Store) throws -> [Candidate] {
        let taken = Set(
            line.words.compactMap { word in word.firstIndex(of: "=").map { String(word[..<$0]) } })
        let keys = store.settings.keys.list.map { ($0.name, "key, \($0.type.rawValue)") }
        guard let variable = line.words.first, !variable.contains("=") else {
            // A filter may begin with a variable or with a key.
            return try variables(of: store) + keys.map { Candidate(text: "\($0.0)=", meaning: $0.1) }
        }
        let versions = (try? store.workTree.versions(of: variable)) ?? []
        if let equals = line.typed.firstIndex(of: "="),
            store.settings.keys[String(line.typed[..<equals])] == nil
        {
            let name = String(line.typed[..<equals])
            let values = Set(versions.compactMap { $0[name] }).map(\.text).sorted()
            // What needs quotes is better typed by hand.
            return values.filter { Shell.quoted($0) == $0 }.map { Candidate(text: "\(name)=\($0)") }
        }
        let names = Set(versions.flatMap(\.names)).sorted().map { ($0, "version entry") }
        return (keys + names).filter { !taken.contains($0.0) }.map {
            Candidate(text: "\($0.0)=", meaning: $0.1)
        }
    }
}
