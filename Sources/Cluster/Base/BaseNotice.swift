public import Logging

/// What a worker or relay tells of base weights to whoever watches it.
public enum BaseNotice: Sendable, Equatable {
  /// They are on this host.
  case found(BasePlace)
  /// Something of this host was looked at, and is of no use.
  case unusable(String)
  /// They are not on this host.
  case fetching(bytes: UInt64)
  /// A chunk was dropped.
  case chunkDropped(index: UInt32, reason: String)
  /// All that came has another digest; it is fetched again.
  case damaged(found: String, expected: String)

  /// How loudly it is logged.
  public var level: Logger.Level {
    switch self {
    case .found, .fetching: .info
    case .unusable, .chunkDropped, .damaged: .warning
    }
  }
}

/// How far a worker or relay is with base weights.
public enum BaseProgress: Sendable, Equatable {
  /// Looks for them on its host.
  case looking
  /// Fetches them when somebody asks.
  case idle
  /// Fetches them; so many bytes are missing.
  case fetching(missing: UInt64, of: UInt64)
  /// Compares what it fetched with its digest.
  case comparing
  /// Has them.
  case done
}

extension BaseNotice: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .found(let place): "base weights: \(place)"
    case .unusable(let line): line
    case .fetching(let bytes): "fetching the base weights, which this host does not have: \(mebibytes(bytes)) MiB"
    case .chunkDropped(let index, let reason): "chunk \(index) of the base weights dropped: \(reason)"
    case .damaged(let found, let expected):
      "the base weights came with SHA-256 \(found), expected \(expected): fetching them again"
    }
  }
}

extension BaseProgress: CustomStringConvertible {
  /// A noun.
  public var description: String {
    switch self {
    case .looking: "base weights, which are looked for on this host"
    case .idle, .done: "base weights"
    case .fetching(let missing, let all): "base weights: \(mebibytes(all - missing)) of \(mebibytes(all)) MiB are here"
    case .comparing: "base weights, which are all here and are compared with their SHA-256"
    }
  }
}

private func mebibytes(_ bytes: UInt64) -> UInt64 { (bytes + (1 << 19)) >> 20 }
