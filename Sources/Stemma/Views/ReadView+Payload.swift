import StemmaBlobs
import StemmaRecords

/// Where a record's payload is.
public enum StoredPlace: Hashable, Sendable {
    /// In the line of its page.
    case line
    /// In a pack of the work tree, shared with others.
    case pack(path: String)
    /// In a file of its own that git tracks.
    case file(path: String)
    /// In `large/`, which git does not track.
    case large(path: String)
    /// In a pack of another commit of this clone.
    case history
    /// Nowhere in this clone.
    case missing

    /// One word, as `--json` prints it.
    public var name: String {
        switch self {
        case .line: "line"
        case .pack: "pack"
        case .file: "file"
        case .large: "large"
        case .history: "history"
        case .missing: "missing"
        }
    }

    /// The file, relative to the store, where there is one.
    public var path: String? {
        switch self {
        case .pack(let path), .file(let path), .large(let path): path
        case .line, .history, .missing: nil
        }
    }
}

extension ReadView {
    /// The bytes of a record's payload as it is stored, verified against its digest. A record of an older schema version
    /// is not raised: `form(of:)` does that.
    ///
    /// Throws `.objectMissing` when no place of this clone has them and `.corrupt` when they are damaged.
    public func payload(of record: Record) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(record.size, 64 << 20))
        try writePayload(of: record) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Hands over a payload as it is stored piece by piece, in constant memory; throws as `payload(of:)` does, after the last piece
    /// when the bytes turn out to be damaged.
    public func writePayload(of record: Record, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        if let bytes = record.inlinePayload {
            let found = Digest.of(bytes)
            guard found == record.content else {
                throw StemmaError.valueNotContent(record, found: found, store.settings.keys)
            }
            return try bytes.withUnsafeBytes(sink)
        }
        try store.noting(record.content) {
            let reader = try store.openPayload(
                record.content, size: record.size, missing: .missingPayload(record, store.settings.keys))
            try store.copy(reader, to: sink)
        }
    }

    /// Where a record's payload is, without reading it.
    public func place(of record: Record) throws -> StoredPlace {
        if record.value != nil { return .line }
        return try store.read { catalog in
            switch try store.locate(record.content, in: catalog) {
            case .here(.pack(let name, _)): .pack(path: "\(StorePaths.packsFolder)/\(name).zst")
            case .here(.loose(let path)): .file(path: store.paths.relative(path))
            case .here(.large(let path)): .large(path: store.paths.relative(path))
            case .history: .history
            case nil: .missing
            }
        }
    }
}

extension Store {
    /// Opens a payload. What is missing is looked for in a fresh look at the work tree before it is given up.
    func openPayload(_ digest: Digest, size: Int?, missing: StemmaError) throws -> BlobReader {
        try state.withLock {
            do {
                return try read { try openBlob(digest, size: size, in: $0, missing: missing) }
            } catch let error as StemmaError where error.code == .objectMissing {
                // A pack may have been replaced by another one since the last look.
                try refresh(force: true)
                return try read { try openBlob(digest, size: size, in: $0, missing: missing) }
            }
        }
    }

    /// The payload whose digest starts with `prefix`, in hex. Throws `.notFound` and `.ambiguous`.
    public func payload(
        digestPrefix prefix: String, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Digest {
        let digest = try resolveDigest(prefix)
        let reader = try openPayload(digest, size: nil, missing: .objectMissing(digest, in: path))
        try copy(reader, to: sink)
        return digest
    }

    /// Hands over all that a reader gives, piece by piece. `state` is held while one is read, not while it is used.
    fileprivate func copy(_ reader: BlobReader, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        try withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 16) { buffer in
            while true {
                let count = try state.withLock { try reader.read(into: buffer) }
                if count == 0 { return }
                try sink(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
            }
        }
    }

    private func resolveDigest(_ prefix: String) throws -> Digest {
        guard prefix.utf8.count >= 4, prefix.utf8.count <= 64,
            let low = Digest(hex: prefix + String(repeating: "0", count: 64 - prefix.utf8.count)),
            let high = Digest(hex: prefix + String(repeating: "f", count: 64 - prefix.utf8.count))
        else {
            throw StemmaError(
                .notFound, "'@\(StemmaError.printable(prefix))' is no digest",
                hint: "4 to 64 digits of lower-case hex")
        }
        // A whole digest needs no search, and may stand in a pack of another commit.
        return try read { catalog in
            if low == high, try locate(low, in: catalog) != nil { return low }
            var found: Set<Digest> = []
            for row in try catalog.packedObjects(from: low.word0, to: high.word0, limit: 64)
            where row.blob == nil {
                guard let entries = try readablePack(row.pack)?.entries else { continue }
                if row.row < entries.count, entries[row.row].digest >= low, entries[row.row].digest <= high {
                    found.insert(entries[row.row].digest)
                }
            }
            found.formUnion(
                try (objects.loose.all() + objects.large.all()).filter { $0 >= low && $0 <= high })
            guard let digest = found.first else {
                throw StemmaError(.notFound, "no payload's digest starts with \(prefix)")
            }
            guard found.count == 1 else {
                let list = found.sorted().prefix(8).map { String($0.hex.prefix(16)) }.joined(separator: ", ")
                throw StemmaError(.ambiguous, "several digests start with \(prefix): \(list)")
            }
            return digest
        }
    }
}

extension StemmaError {
    static func valueNotContent(_ record: Record, found: Digest, _ keys: KeyDeclarations) -> StemmaError {
        let address = keys.text(of: record.address)
        return StemmaError(
            .corrupt, "the value of \(address) is not what its line says it is",
            hint:
                "'content' is the digest of the value and a newline; save the value anew, or take the page back",
            fields: ["address": address, "expected": record.content.hex, "found": found.hex])
    }
}
