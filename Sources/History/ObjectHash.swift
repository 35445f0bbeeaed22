import CCrypto
import StemmaBlobs

/// Computes git's ids: the SHA-1 of a header and the content.
///
/// OpenSSL's and not libgit2's, which looks for collisions while it hashes and takes three times as long. What is
/// hashed here was written by us or checked by its SHA-256; git itself still looks when it receives an object.
final class ObjectHash {
    private let context: OpaquePointer

    /// Begins the checksum of a file.
    init() throws {
        guard let context = EVP_MD_CTX_new() else { throw Self.failure() }
        self.context = context
        guard EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else { throw Self.failure() }
    }

    /// Begins the id of an object of `size` bytes.
    convenience init(_ kind: String, size: Int) throws {
        try self.init()
        try Array("\(kind) \(size)\0".utf8).withUnsafeBytes { try update($0) }
    }

    deinit { EVP_MD_CTX_free(context) }

    func update(_ bytes: UnsafeRawBufferPointer) throws {
        guard let base = bytes.baseAddress else { return }
        guard EVP_DigestUpdate(context, base, bytes.count) == 1 else { throw Self.failure() }
    }

    func finish() throws -> ObjectID {
        var digest = [UInt8](repeating: 0, count: 20)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1, let id = ObjectID(bytes: digest) else {
            throw Self.failure()
        }
        return id
    }

    private static func failure() -> StemmaError {
        .git("compute an id", "OpenSSL gives no SHA-1", status: -1, class: 0)
    }
}
