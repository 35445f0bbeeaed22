import CGit2
import Glibc
import StemmaBlobs

/// What an operation was about, so that its error can say so.
enum ErrorSubject {
    case object(ObjectID)
    case path(String)
    case revision(String)
}

/// Throws when a libgit2 call failed; to be called at once, because libgit2's message is thread-local.
func check(
    _ status: Int32, _ operation: @autoclosure () -> String, subject: ErrorSubject? = nil
) throws {
    guard status < 0 else { return }
    throw typedError(status, operation(), subject)
}

/// As `check`, but false where libgit2 says that there is no such thing.
func checkFound(
    _ status: Int32, _ operation: @autoclosure () -> String, subject: ErrorSubject? = nil
) throws -> Bool {
    if status == GIT_ENOTFOUND.rawValue { return false }
    try check(status, operation(), subject: subject)
    return true
}

/// The value that libgit2 promised by reporting success.
func require<Value>(_ value: Value?, _ operation: @autoclosure () -> String) throws -> Value {
    guard let value else {
        throw StemmaError.git(operation(), "no result", status: 0, class: 0)
    }
    return value
}

/// The one place where a status of libgit2 becomes an error of ours.
private func typedError(_ status: Int32, _ operation: String, _ subject: ErrorSubject?) -> StemmaError {
    let last = git_error_last()
    let text = last?.pointee.message.map { String(cString: $0) } ?? "no reason given"
    let errorClass = last?.pointee.klass ?? 0
    let area = git_error_t(UInt32(bitPattern: errorClass))

    switch git_error_code(status) {
    case GIT_ENOTFOUND:
        if case .object(let id) = subject { return .gitObjectMissing(id, operation) }
    case GIT_EMISMATCH:
        return .gitObjectCorrupt(subject, operation, text)
    case GIT_ELOCKED:
        return .repositoryLocked(operation, text)
    default:
        break
    }
    if text.hasSuffix(String(cString: strerror(ENOSPC))) || text.hasSuffix(String(cString: strerror(EDQUOT)))
    {
        return .gitFileSystem(.diskFull, operation, text)
    }
    let denied = [EACCES, EPERM, EROFS].contains { text.hasSuffix(String(cString: strerror($0))) }
    if denied {
        return .gitFileSystem(.permissionDenied, operation, text)
    }
    let damage = [GIT_ERROR_ZLIB, GIT_ERROR_ODB, GIT_ERROR_OBJECT, GIT_ERROR_TREE].contains(area)
    if damage, status == GIT_ERROR.rawValue {
        switch subject {
        case .object, .revision: return .gitObjectCorrupt(subject, operation, text)
        case .path, nil: break
        }
    }
    return .git(operation, text, status: status, class: errorClass)
}
