internal import Glibc

/// How much of a host's resources connections may take, and for how long.
public struct ListeningLimits: Sendable {
  /// Open connections. For one more, a connection is closed that has no complete request.
  public var connections: Int

  /// How long a client may take from the beginning of its connection, or of a later request, to the end of the request's head.
  public var headTime: Duration

  /// How long nothing may happen in the middle of a request's body, or of an answer that its client does not take.
  public var silence: Duration

  /// How long a connection may be open between two requests.
  public var idleTime: Duration

  /// How long the rest of a client's bytes are read and dropped once it has had its last answer, so that the answer is not lost to a reset.
  public var lingerTime: Duration

  /// How long answers in progress may take once the listener is asked to end.
  public var patience: Duration

  /// Creates limits.
  public init(
    connections: Int = 1024, headTime: Duration = .seconds(10), silence: Duration = .seconds(30), idleTime: Duration = .seconds(120),
    lingerTime: Duration = .seconds(5), patience: Duration = .seconds(3)
  ) {
    self.connections = connections
    self.headTime = headTime
    self.silence = silence
    self.idleTime = idleTime
    self.lingerTime = lingerTime
    self.patience = patience
  }

  /// The most bytes that are dropped in that time.
  static let lingerBytes = 64 << 20

  /// Open connections as far as this process's descriptors go: at most half of them.
  public var openConnections: Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
    return max(1, min(connections, Int(clamping: limit.rlim_cur / 2)))
  }
}
