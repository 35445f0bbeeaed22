import CGit2
import StemmaBlobs

/// Where the work tree stands: what HEAD says.
package enum Head: Hashable, Sendable, CustomStringConvertible {
    /// On a branch that has no commit yet.
    case unborn(branch: String)
    /// On a branch, at its newest commit.
    case branch(name: String, ObjectID)
    /// On a commit, and no branch.
    case detached(ObjectID)

    /// The commit that HEAD names; nil on an unborn branch.
    package var commit: ObjectID? {
        switch self {
        case .unborn: nil
        case .branch(_, let id), .detached(let id): id
        }
    }

    /// The name of the branch as git shows it, or `HEAD`.
    package var description: String {
        switch self {
        case .unborn(let branch): branch
        case .branch(let name, _): name
        case .detached: "HEAD"
        }
    }

    private static let branches = "refs/heads/"

    /// The short name of a branch; other references keep their full name.
    static func shortName(_ reference: String) -> String {
        reference.hasPrefix(branches) ? String(reference.dropFirst(branches.count)) : reference
    }

    /// The reference that a commit on this HEAD moves.
    var reference: String {
        switch self {
        case .unborn(let name), .branch(let name, _): name.hasPrefix("refs/") ? name : Self.branches + name
        case .detached: "HEAD"
        }
    }
}

extension Repository {
    /// What HEAD says now.
    package func head() throws -> Head {
        let head = try Owned<OpaquePointer>.make("read HEAD", free: git_reference_free) {
            git_reference_lookup(&$0, pointer, "HEAD")
        }
        guard let target = git_reference_symbolic_target(head.pointer).map({ String(cString: $0) }) else {
            let id = try require(git_reference_target(head.pointer), "read HEAD")
            return .detached(ObjectID(id.pointee))
        }
        let name = Head.shortName(target)
        guard let id = try referenceTarget(target) else { return .unborn(branch: name) }
        return .branch(name: name, id)
    }

    /// The id that a reference names, through symbolic ones; nil when there is no such reference.
    func referenceTarget(_ name: String) throws -> ObjectID? {
        var oid = git_oid()
        guard try checkFound(git_reference_name_to_id(&oid, pointer, name), "read the reference '\(name)'")
        else { return nil }
        return ObjectID(oid)
    }
}
