import CGit2
import StemmaBlobs

// The functions by which libgit2 reaches `LooseObjects`: they are called from C, so no error may pass through them.

extension LooseObjects {
    /// A backend that answers from these objects; libgit2 frees it, and with it the object.
    func makeBackend() throws -> UnsafeMutablePointer<git_odb_backend> {
        let backend = UnsafeMutablePointer<stemma_loose_backend>.allocate(capacity: 1)
        backend.initialize(to: stemma_loose_backend())
        return try backend.withMemoryRebound(to: git_odb_backend.self, capacity: 1) { parent in
            do {
                try check(
                    git_odb_init_backend(parent, UInt32(GIT_ODB_BACKEND_VERSION)), "open the object database")
            } catch {
                backend.deallocate()
                throw error
            }
            backend.pointee.objects = Unmanaged.passRetained(self).toOpaque()
            parent.pointee.read = readObject
            parent.pointee.read_prefix = readByPrefix
            parent.pointee.read_header = readHeader
            parent.pointee.write = writeObject
            parent.pointee.exists = objectExists
            parent.pointee.exists_prefix = prefixExists
            parent.pointee.freshen = freshenObject
            parent.pointee.free = freeBackend
            return parent
        }
    }
}

private typealias Backend = UnsafeMutablePointer<git_odb_backend>?
private typealias ID = UnsafePointer<git_oid>?

private func objects(_ backend: Backend) -> LooseObjects? {
    backend?.withMemoryRebound(to: stemma_loose_backend.self, capacity: 1) {
        $0.pointee.objects.map { Unmanaged<LooseObjects>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Runs what may throw, and leaves the reason where libgit2's callers look for it.
private func status(_ body: () throws -> Int32) -> Int32 {
    do {
        return try body()
    } catch let damage as LooseObjects.Damage {
        git_error_set_str(Int32(bitPattern: GIT_ERROR_ODB.rawValue), damage.reason)
    } catch {
        git_error_set_str(
            Int32(bitPattern: GIT_ERROR_OS.rawValue), (error as? StemmaError)?.message ?? "\(error)")
    }
    return GIT_ERROR.rawValue
}

private func readObject(
    _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ size: UnsafeMutablePointer<Int>?,
    _ type: UnsafeMutablePointer<git_object_t>?, _ backend: Backend, _ id: ID
) -> Int32 {
    guard let objects = objects(backend), let id else { return GIT_ENOTFOUND.rawValue }
    var memory: UnsafeMutableRawPointer?
    let result = status {
        let header = try objects.read(ObjectID(id.pointee)) {
            memory = git_odb_backend_data_alloc(backend, $0)
            return memory
        }
        guard let header else { return GIT_ENOTFOUND.rawValue }
        type?.pointee = header.type
        size?.pointee = header.size
        return 0
    }
    if result == 0 {
        data?.pointee = memory
    } else if let memory {
        git_odb_backend_data_free(backend, memory)
    }
    return result
}

private func readHeader(
    _ size: UnsafeMutablePointer<Int>?, _ type: UnsafeMutablePointer<git_object_t>?, _ backend: Backend,
    _ id: ID
) -> Int32 {
    guard let objects = objects(backend), let id else { return GIT_ENOTFOUND.rawValue }
    return status {
        guard let header = try objects.header(ObjectID(id.pointee)) else { return GIT_ENOTFOUND.rawValue }
        type?.pointee = header.type
        size?.pointee = header.size
        return 0
    }
}

private func readByPrefix(
    _ found: UnsafeMutablePointer<git_oid>?, _ data: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    _ size: UnsafeMutablePointer<Int>?, _ type: UnsafeMutablePointer<git_object_t>?, _ backend: Backend,
    _ id: ID,
    _ digits: Int
) -> Int32 {
    var full = git_oid()
    let result = prefixExists(&full, backend, id, digits)
    guard result == 0 else { return result }
    found?.pointee = full
    return readObject(data, size, type, backend, &full)
}

private func objectExists(_ backend: Backend, _ id: ID) -> Int32 {
    guard let objects = objects(backend), let id else { return 0 }
    return objects.contains(ObjectID(id.pointee)) ? 1 : 0
}

private func prefixExists(
    _ found: UnsafeMutablePointer<git_oid>?, _ backend: Backend, _ id: ID, _ digits: Int
) -> Int32 {
    guard let objects = objects(backend), let id else { return GIT_ENOTFOUND.rawValue }
    return status {
        let ids = try objects.ids(startingWith: ObjectID(id.pointee), digits: digits)
        guard let first = ids.first else { return GIT_ENOTFOUND.rawValue }
        guard ids.count == 1 else { return GIT_EAMBIGUOUS.rawValue }
        found?.pointee = first.oid
        return 0
    }
}

private func freshenObject(_ backend: Backend, _ id: ID) -> Int32 {
    guard let objects = objects(backend), let id else { return GIT_ENOTFOUND.rawValue }
    return objects.freshen(ObjectID(id.pointee)) ? 0 : GIT_ENOTFOUND.rawValue
}

private func writeObject(
    _ backend: Backend, _ id: ID, _ data: UnsafeRawPointer?, _ size: Int, _ type: git_object_t
) -> Int32 {
    guard let objects = objects(backend), let id else { return GIT_ERROR.rawValue }
    return status {
        try objects.write(
            ObjectID(id.pointee), type, content: UnsafeRawBufferPointer(start: data, count: size),
            compression: .fast)
        return 0
    }
}

private func freeBackend(_ backend: Backend) {
    backend?.withMemoryRebound(to: stemma_loose_backend.self, capacity: 1) { own in
        if let objects = own.pointee.objects { Unmanaged<LooseObjects>.fromOpaque(objects).release() }
        own.deallocate()
    }
}

extension LooseObjects {
    /// Writes an object whose content is in memory.
    func write(
        _ id: ObjectID, _ type: git_object_t, content: UnsafeRawBufferPointer, compression: BlobCompression
    ) throws {
        var rest: UnsafeRawBufferPointer? = content
        try write(id, type, size: content.count, compression: compression) {
            defer { rest = nil }
            return rest
        }
    }
}
