public import Files

/// A tensor of a model's weights, and where its bytes are.
public struct WeightTensor: Sendable {
  /// How its elements are stored.
  public let elementType: ElementType

  /// Its dimensions, slowest first.
  public let shape: [Int]

  /// The file that holds it.
  public let file: MappedFile

  /// Its bytes in that file.
  public let byteRange: Range<Int>

  /// The number of its elements.
  public var count: Int { byteRange.count / elementType.byteWidth }
}
