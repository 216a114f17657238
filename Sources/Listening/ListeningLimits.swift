/// How much of a host's resources connections may take.
public struct ListeningLimits: Sendable {
  /// Open connections; more wait to be accepted.
  public var connections: Int

  /// How long a connection may be open on which nothing happens.
  public var idleTime: Duration

  /// How long answers in progress may take once the listener is asked to end.
  public var patience: Duration

  /// Creates limits.
  public init(connections: Int = 1024, idleTime: Duration = .seconds(120), patience: Duration = .seconds(3)) {
    self.connections = connections
    self.idleTime = idleTime
    self.patience = patience
  }
}
