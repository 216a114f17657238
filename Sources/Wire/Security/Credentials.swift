/// The keys with which a learner lets in only the workers that it knows.
public struct LearnerCredentials: Sendable {
  /// The learner's own key.
  public var key: KeyPair

  /// The workers that are let in.
  public var authorized: AuthorizedKeys

  /// Reads the learner's secret key and its allow-list.
  ///
  /// - Parameters:
  ///   - keyFile: The learner's secret key.
  ///   - authorized: Files of workers' public keys, and folders of such files.
  public init(keyFile: String, authorized: [String]) throws(WireError) {
    key = try KeyFile.readPair(keyFile, of: .learner)
    self.authorized = try AuthorizedKeys(paths: authorized)
  }

  /// Reads a relay's secret key. It is a worker's key: to the learner a relay is a worker.
  public init(relayKeyFile: String, authorized: [String]) throws(WireError) {
    key = try KeyFile.readPair(relayKeyFile, of: .worker)
    self.authorized = try AuthorizedKeys(paths: authorized)
  }
}

/// The keys with which a worker is let in, and knows that it speaks to the learner.
public struct WorkerCredentials: Sendable {
  /// The worker's own key.
  public var key: KeyPair

  /// The learner's.
  public var learner: PublicKey

  /// Reads the worker's secret key and the learner's public one.
  public init(keyFile: String, learnerKeyFile: String) throws(WireError) {
    key = try KeyFile.readPair(keyFile, of: .worker)
    learner = try KeyFile.readPublic(learnerKeyFile, of: .learner)
  }

  /// Reads the worker's secret key and the public one of a relay, which is a worker's.
  public init(keyFile: String, relayKeyFile: String) throws(WireError) {
    key = try KeyFile.readPair(keyFile, of: .worker)
    learner = try KeyFile.readPublic(relayKeyFile, of: .worker)
  }
}
