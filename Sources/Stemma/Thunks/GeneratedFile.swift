import StemmaBlobs
import StemmaRecords

/// Where a step puts the file that it makes, and the keys that it may want to write into it.
///
/// An argument like any other: path and keys are part of the identity of the call.
public struct FileTarget: Codable, Hashable, Sendable {
    /// The path as it was given; a relative one starts at the current directory.
    public let path: String
    /// The keys of the result that the file shows.
    public let keys: Keys

    /// A file at `path` that shows the result at `keys`.
    public init(_ path: String, keys: Keys = [:]) {
        self.path = path
        self.keys = keys
    }
}

/// The product of a step that makes a file, such as a plot: what stands in the store for it.
///
/// The step is skipped as long as its inputs stay the same and the file is there as the step made it.
public struct GeneratedFile: Codable, Hashable, Sendable {
    /// The path that the step was given.
    public let path: String
    /// The SHA-256 of the file.
    public let digest: String
    /// The size of the file in bytes.
    public let size: Int

    /// Describes the file that a step has written. Throws `.fileNotFound` when there is none.
    public init(at target: FileTarget) throws {
        let (digest, size) = try FileSystem.digest(of: target.path)
        self.path = target.path
        self.digest = digest.hex
        self.size = size
    }
}

/// A result that stands for something outside of the store, which may have changed since.
protocol ExternalResult {
    /// Why a recorded result does not count any more; `nil` when it does.
    func missReason() throws -> MissReason?
}

extension GeneratedFile: ExternalResult {
    func missReason() throws -> MissReason? {
        guard let status = try FileSystem.status(path, followLinks: true), status.kind == .regular else {
            return .fileMissing(path)
        }
        guard Int(status.size) == size, try FileSystem.digest(of: path).digest.hex == digest else {
            return .fileChanged(path)
        }
        return nil
    }
}
