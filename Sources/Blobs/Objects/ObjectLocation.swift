/// Where in the store the bytes of a blob are.
package enum ObjectLocation: Hashable, Sendable {
    /// In a pack, which has the name, at the entry of its table.
    case pack(name: Digest, entry: PackEntry)
    /// In a file of its own under `objects/`.
    case loose(path: String)
    /// In a file of its own under `large/`, which git does not track.
    case large(path: String)
}
