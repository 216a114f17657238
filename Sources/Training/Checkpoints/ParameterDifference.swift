package import Transformer

/// A value of a checkpoint that computing the run again gives otherwise.
package struct ParameterDifference: Sendable, Equatable {
  /// The tensor, as its file names it or the parameters' layout.
  package let name: String
  /// The place within the tensor, row by row.
  package let index: Int
  /// What the checkpoint holds.
  package let recorded: Float
  /// What was computed.
  package let computed: Float

  /// The first value of a tensor with other bits; nil where there is none. The arrays are of one length.
  init?(_ name: String, _ recorded: [Float], _ computed: [Float]) {
    precondition(recorded.count == computed.count, "both are values of one tensor")
    guard let index = recorded.indices.first(where: { recorded[$0].bitPattern != computed[$0].bitPattern }) else { return nil }
    (self.name, self.index, self.recorded, self.computed) = (name, index, recorded[index], computed[index])
  }
}

extension Parameters {
  /// Where parameters that a checkpoint held first have other bits; nil where they have the same. Both have one layout.
  package func difference(from recorded: Parameters) -> ParameterDifference? {
    layout.entries.lazy.compactMap { ParameterDifference($0.name, recorded.values($0), self.values($0)) }.first
  }
}
