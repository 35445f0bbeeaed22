/// Which variables become which, through which functions: lineage with the single results left out.
public struct Pipeline: Sendable {
    /// The variables that have records or are an input of a function, by name.
    public internal(set) var variables: [Variable] = []
    /// The functions that records were made by, by name and version.
    public internal(set) var steps: [Step] = []
    /// What goes into functions, then what comes out of them.
    public internal(set) var edges: [Edge] = []

    /// A variable, and where its records come from.
    public struct Variable: Hashable, Sendable {
        /// The name of the variable.
        public let name: String
        /// How many records it has; none when only lineage still names it.
        public internal(set) var records = 0
        /// How many of them are data that was not computed here.
        public internal(set) var data = 0
        /// How many of them were edited by hand.
        public internal(set) var edited = 0
        /// How many of them have a lineage record that is missing or damaged.
        public internal(set) var unreadable = 0
    }

    /// A function of one identity.
    public struct Step: Hashable, Sendable {
        /// The function.
        public let function: LineageGraph.Function
        /// How many different calls of it the records come from.
        public internal(set) var calls = 0
    }

    /// An end of an edge.
    public enum End: Hashable, Sendable {
        /// The index of a variable.
        case variable(Int)
        /// The index of a step. Between two steps nothing was saved.
        case step(Int)
    }

    /// An argument of a function, or the variable that its outputs were saved as.
    public struct Edge: Hashable, Sendable {
        /// Where the results come from.
        public let from: End
        /// Where they go.
        public let to: End
        /// The name of the parameter; `nil` where outputs are saved.
        public let argument: String?
        /// How many results go this way: different calls into a function, records out of it.
        public internal(set) var count = 0
    }
}
