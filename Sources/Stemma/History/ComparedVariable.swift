import StemmaHistory
import StemmaLineage

/// A variable of two views that are compared, by the name that it has in each.
struct ComparedVariable: Hashable {
    /// In the first view; `nil` where it has none of it.
    let before: String?
    /// In the second view; `nil` where it has none of it.
    let after: String?

    /// What it is called in the later view that has it.
    var name: String { after ?? before ?? "" }

    /// The names, when they differ: then it was renamed in between.
    var renaming: (from: String, to: String)? {
        guard let before, let after, before != after else { return nil }
        return (before, after)
    }

    func matches(_ name: String?) -> Bool { name == nil || name == before || name == after }

    /// A page's path in the first view, by its path in the second.
    func path(before path: String) -> String {
        guard let (from, to) = renaming else { return path }
        return from + path.dropFirst(to.count)
    }

    /// Its pages in the first view, by the paths that they have in the second.
    func oldPages(in view: any PagedView) throws -> [String: ObjectID] {
        guard let before else { return [:] }
        let pages = try view.pageIDs(of: before)
        guard let (from, to) = renaming else { return pages }
        return Dictionary(pages.map { (to + $0.dropFirst(from.count), $1) }) { first, _ in first }
    }

    /// Its pages in the second view.
    func newPages(in view: any PagedView) throws -> [String: ObjectID] {
        try after.map { try view.pageIDs(of: $0) } ?? [:]
    }
}

extension Store {
    /// The variables of two views, sorted by name.
    ///
    /// - Parameter follow: whether one that was renamed in between is one variable, and not two.
    func comparedVariables(
        _ before: any PagedView, _ after: any PagedView, follow: Bool
    ) throws -> [ComparedVariable] {
        var (old, new) = (Set(try before.variableNames()), Set(try after.variableNames()))
        var compared = old.intersection(new).map { ComparedVariable(before: $0, after: $0) }
        (old, new) = (old.subtracting(new), new.subtracting(old))
        if follow, !old.isEmpty, !new.isEmpty {
            // The view that came later says what became of the other's names; which of them that is, is not known.
            let names = FormerNames(
                Set([before, after].flatMap { (try? $0.lines(of: Renaming.self)) ?? [] }).union(
                    renamings.lines))
            let now = Dictionary(grouping: new) { names.current(.variable, $0) }
            for (current, was) in Dictionary(grouping: old, by: { names.current(.variable, $0) })
            where was.count == 1 && now[current]?.count == 1 {
                guard let from = was.first, let to = now[current]?.first else { continue }
                compared.append(ComparedVariable(before: from, after: to))
                old.remove(from)
                new.remove(to)
            }
        }
        compared += old.map { ComparedVariable(before: $0, after: nil) }
        compared += new.map { ComparedVariable(before: nil, after: $0) }
        return compared.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
