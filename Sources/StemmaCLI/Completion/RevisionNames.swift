import Stemma
import StemmaHistory

/// What somebody may call a commit: branches, tags and branches of remotes by their short names.
enum RevisionNames {
    static func of(_ store: Store) throws -> [String] {
        guard let repository = try Repository.find(from: store.path) else { return [] }
        let folders = ["refs/heads/", "refs/tags/", "refs/remotes/"]
        let names = try repository.references().compactMap { reference in
            folders.first { reference.name.hasPrefix($0) }.map {
                String(reference.name.dropFirst($0.utf8.count))
            }
        }
        return ["HEAD"] + Set(names).sorted()
    }
}
