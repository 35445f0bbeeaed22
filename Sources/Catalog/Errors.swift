import CSQLite
import Glibc
import StemmaBlobs

extension StemmaError.Code {
    /// SQLite could not do something with the catalog; `fields` has its code.
    public static let catalog = Self("catalog")
    /// The catalog's file is damaged; it is derived, and made again.
    package static let catalogDamaged = Self("catalog-damaged")
    /// Another connection is writing the catalog.
    package static let catalogBusy = Self("catalog-busy")
    /// One identity stands on two lines.
    public static let duplicateRecord = Self("duplicate-record")
}

extension StemmaError {
    /// - Parameter errno: why the system has refused, where it has.
    static func catalog(code: Int32, text: String, statement: String, errno: Int32) -> StemmaError {
        let fields = ["code": String(code), "statement": statement]
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(errno) && code & 0xFF == SQLITE_IOERR
        switch isFull ? SQLITE_FULL : code & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return StemmaError(.catalogDamaged, "the catalog is damaged: \(text)", fields: fields)
        case SQLITE_BUSY, SQLITE_LOCKED:
            return StemmaError(
                .catalogBusy, "the catalog is being written by another process", fields: fields)
        case SQLITE_FULL:
            return StemmaError(
                .diskFull, "no space is left for the catalog in local/",
                hint: errno == EFBIG
                    ? "files may not be as large: raise the limit (ulimit -f), then try again"
                    : "make space on the device, then try again", fields: fields)
        case SQLITE_IOERR:
            let reason = errno == 0 ? text : String(cString: strerror(errno))
            return StemmaError(
                .catalog, "the catalog in local/ cannot be read or written: \(reason)",
                hint: "look at the space on the device, and at the limit on the size of files (ulimit -f)",
                fields: fields)
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM:
            return StemmaError(
                .permissionDenied, "the catalog in local/ cannot be written: \(text)", fields: fields)
        default:
            return StemmaError(
                .catalog, "the catalog in local/ failed: \(text)",
                hint: "it is derived: delete local/catalog.sqlite and try again", fields: fields)
        }
    }

    static func catalogIsBeingUpdated() -> StemmaError {
        StemmaError(.catalogBusy, "the catalog is being written by a transaction of this process")
    }

    package static func duplicateRecord(_ address: String, places: [String]) -> StemmaError {
        StemmaError(
            .duplicateRecord, "\(address) stands on two lines: \(places.joined(separator: " and "))",
            hint: "delete one of the lines; neither is used while both are there",
            fields: ["address": address, "places": places.joined(separator: " ")])
    }
}
