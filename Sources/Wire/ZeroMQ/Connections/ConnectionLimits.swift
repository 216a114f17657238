import Files

/// How many connections a learner or relay keeps over both of its ports, and how much strangers may cost it. A *stranger* is a connection
/// over which nothing of use has come yet: no message of a worker that is let in, no subscription.
public struct ConnectionLimits: Sendable, Equatable {
  /// Open connections; a worker has two.
  public var connections: Int

  /// Open connections of strangers. When there are more, the oldest of the source that has the most is closed.
  public var strangers: Int

  /// Bytes that strangers have sent together, or one longest message of a worker, which may be the first over a connection. When there are
  /// more, the connection that sent the most is closed: its frame is in memory.
  public var strangerBytes: Int

  /// Creates limits.
  public init(connections: Int, strangers: Int, strangerBytes: Int = 32 << 20) {
    precondition(connections > 0 && strangers > 0 && strangerBytes > 0, "a learner takes connections, and each begins as a stranger's")
    self.connections = connections
    self.strangers = strangers
    self.strangerBytes = strangerBytes
  }

  /// The most descriptors that are left to other uses: connections that are accepted before they are counted, files, HTTP.
  ///
  /// It is more than libzmq can accept unseen: its thread waits when 1,000 events of a port are unread.
  private static let largestReserve = 3_000

  /// The least that is left to other uses.
  private static let smallestReserve = 320

  /// The limits of a process that may have so many descriptors.
  public init(descriptors: Int) {
    let reserve = max(Self.smallestReserve, min(Self.largestReserve, descriptors / 4))
    let connections = max(64, descriptors - reserve)
    self.init(connections: connections, strangers: min(1_024, connections / 2))
  }

  /// The limits of this process.
  public static func current() -> ConnectionLimits { ConnectionLimits(descriptors: DescriptorLimit.current) }
}
