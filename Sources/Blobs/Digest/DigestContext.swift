internal import CCrypto
internal import Glibc

/// A SHA-256 in progress, which can be used again after each `finish`.
package final class DigestContext {
    private let context: OpaquePointer

    package init() {
        context = Self.newContext()
        start()
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Takes in more bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        require(EVP_DigestUpdate(context, base, bytes.count))
    }

    /// Takes in more bytes.
    package func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of all bytes since the last `finish`; the context starts afresh.
    package func finish() -> Digest {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { bytes in
            require(EVP_DigestFinal_ex(context, bytes.bindMemory(to: UInt8.self).baseAddress, nil))
        }
        start()
        return Digest(words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    }

    private func start() {
        // With the same algorithm as before this only resets the state; another fetch would cost a lookup.
        require(EVP_DigestInit_ex2(context, Self.algorithm.method, nil))
    }
}

extension DigestContext {
    /// SHA-256 as OpenSSL implements it, fetched once: a fetch for each digest costs more than the digest.
    ///
    /// Unchecked, because an `EVP_MD` is never changed after it was fetched and OpenSSL lets threads share it.
    private struct Algorithm: @unchecked Sendable {
        let method: OpaquePointer
    }

    private static let algorithm = Algorithm(method: fetch())

    private static func fetch() -> OpaquePointer {
        // A library context of our own: a machine's openssl.cnf can neither slow us down nor switch SHA-256 off.
        guard let library = OSSL_LIB_CTX_new(), let method = EVP_MD_fetch(library, "SHA256", nil) else {
            outOfMemory()
        }
        return method
    }

    private static func newContext() -> OpaquePointer {
        guard let context = EVP_MD_CTX_new() else { outOfMemory() }
        return context
    }

    private func require(_ status: Int32) {
        if status != 1 { Self.outOfMemory() }
    }

    /// OpenSSL's SHA-256 has no other way to fail, and neither Swift nor we can go on without memory.
    private static func outOfMemory() -> Never {
        fatalError("OpenSSL cannot compute SHA-256: out of memory")
    }
}

extension DigestContext {
    /// The context that belongs to the calling thread, for digests that start and end in one call.
    static var ofThisThread: DigestContext {
        if let stored = pthread_getspecific(threadKey) {
            return Unmanaged<DigestContext>.fromOpaque(stored).takeUnretainedValue()
        }
        let made = DigestContext()
        pthread_setspecific(threadKey, Unmanaged.passRetained(made).toOpaque())
        return made
    }

    private static let threadKey: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key) { stored in
            guard let stored else { return }
            Unmanaged<DigestContext>.fromOpaque(stored).release()
        }
        return key
    }()
}
