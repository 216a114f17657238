public import Wire

/// What the thread for base weights is asked to do, one after the other.
public enum BaseOrder: Sendable, Equatable {
  /// Looks for a run's base weights on this host.
  case find(Welcome)
  /// Begins a transfer, in place of one that was begun.
  case begin(BaseDescription)
  /// Puts a chunk of the transfer in its place.
  case write(WeightChunk, of: BaseDescription)
  /// Compares the whole transfer with its digest, and keeps it.
  case finish(BaseDescription)
}

/// What the thread for base weights says. Each names the SHA-256 of the weights that it is about, since a run may have given way to another.
public enum BaseEvent: Sendable {
  /// They are on this host.
  case found(LocalBase)
  /// They are not, and are to be fetched.
  case missing(sha256: String)
  /// Something was found, and cannot be used.
  case unusable(String, sha256: String)
  /// A chunk is in its place.
  case written(chunk: UInt32, sha256: String)
  /// All that came has another digest.
  case damaged(found: String, sha256: String)
  /// The disk is full, or fails.
  case failed(reason: String)
}

/// Serves orders until their queue is closed.
///
/// - Parameter makeStore: Nil where base weights cannot be kept.
func serveBase(_ orders: BoundedQueue<BaseOrder>, makeStore: (() throws -> any BaseStore)?, report: (BaseEvent) -> Void) {
  var made: (any BaseStore)?
  do {
    while let order = orders.take() {
      guard let store = try made ?? makeStore?() else {
        return report(.failed(reason: "the run has base weights, and this process has no place to keep them"))
      }
      made = store
      switch order {
      case .find(let welcome):
        guard let base = welcome.baseWeights else { continue }
        let found = try store.find(for: welcome) { report(.unusable($0, sha256: base.sha256)) }
        report(found.map { .found($0) } ?? .missing(sha256: base.sha256))
      case .begin(let base): try store.begin(base)
      case .write(let chunk, let base):
        try store.write(chunk.bytes, at: base.manifest.range(ofChunk: Int(chunk.index)).lowerBound)
        report(.written(chunk: chunk.index, sha256: base.sha256))
      case .finish(let base):
        switch try store.finish() {
        case .kept(let local): report(.found(local))
        case .damaged(let found): report(.damaged(found: found, sha256: base.sha256))
        }
      }
    }
  } catch {
    report(.failed(reason: "\(error)"))
  }
}
