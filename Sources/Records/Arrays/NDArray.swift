import StemmaBlobs

/// An array of numbers with any number of dimensions, in C order: the last index runs fastest.
public struct NDArray<Element: NPYElement>: Equatable, Sendable {
    /// The size of each dimension; empty for a single number.
    public let shape: [Int]
    /// All elements, in C order.
    public private(set) var elements: [Element]

    /// Makes an array of elements in C order.
    ///
    /// Throws `shapeMismatch` if the shape does not hold exactly that many.
    public init(shape: [Int], elements: [Element]) throws {
        guard NPYHeader.count(ofShape: shape) == elements.count else {
            throw StemmaError.shapeMismatch(shape: shape, count: elements.count)
        }
        self.shape = shape
        self.elements = elements
    }

    /// Makes an array of one dimension.
    public init(_ elements: [Element]) {
        shape = [elements.count]
        self.elements = elements
    }

    /// The element at one index for each dimension.
    ///
    /// As with `Array`, an index out of bounds is a mistake in the program and ends it.
    public subscript(indices: Int...) -> Element {
        get { elements[offset(of: indices)] }
        set { elements[offset(of: indices)] = newValue }
    }

    private func offset(of indices: [Int]) -> Int {
        precondition(
            indices.count == shape.count, "an array of \(shape.count) dimensions needs as many indices")
        var offset = 0
        for (index, size) in zip(indices, shape) {
            precondition(index >= 0 && index < size, "index \(index) is outside a dimension of \(size)")
            offset = offset * size + index
        }
        return offset
    }
}
