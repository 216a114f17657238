public import Wire

/// Where a host has base weights, and keeps those that it fetches. Belongs to the thread for base weights of a worker or relay, which makes
/// it when a run has some.
///
/// One transfer is under way at a time. What a process leaves of it when it dies is of no use to anybody.
public protocol BaseStore: AnyObject {
  /// Looks for a run's base weights on this host, and compares them with their digest.
  ///
  /// - Parameters:
  ///   - welcome: The run's, which has base weights.
  ///   - report: Called with a line about whatever was found and cannot be used.
  /// - Returns: Nil where they are to be fetched.
  func find(for welcome: Welcome, report: (String) -> Void) throws -> LocalBase?

  /// Begins a transfer, in place of one that was begun.
  func begin(_ base: BaseDescription) throws

  /// Puts bytes of the transfer in their place.
  func write(_ bytes: WeightBytes, at offset: Int) throws

  /// Ends the transfer, whose bytes are all there: compares the whole with its digest, and keeps it.
  func finish() throws -> BaseTransfer
}

/// What came of a transfer.
public enum BaseTransfer: Sendable {
  /// The weights are kept on this host.
  case kept(LocalBase)
  /// Their SHA-256 is another, and they are dropped.
  case damaged(sha256: String)
}

/// Base weights that a host has.
public struct LocalBase: Sendable {
  /// Where they are.
  public var place: BasePlace

  /// Themselves.
  public var weights: any BaseWeights

  /// Creates a pair.
  public init(place: BasePlace, weights: any BaseWeights) {
    self.place = place
    self.weights = weights
  }
}

/// Where a host has base weights.
public enum BasePlace: Sendable, Hashable {
  /// In a model's folder, whose tensors are those of the run's description.
  case modelFolder(String)
  /// In a file of the bytes in the description's order, which never changes.
  case file(String)
}

extension BasePlace: CustomStringConvertible {
  /// A noun.
  public var description: String {
    switch self {
    case .modelFolder(let path): "the model in \(path)"
    case .file(let path): path
    }
  }
}
