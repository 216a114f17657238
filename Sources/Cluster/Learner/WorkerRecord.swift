/// What is known of a worker.
public struct WorkerRecord: Sendable, Equatable {
  /// The worker's name.
  public var name: String

  /// Name and version of its software.
  public var software: String

  /// Its numeric fingerprint.
  public var fingerprint: String

  /// Groups accepted from it; counted by the ledger from the groups themselves.
  public package(set) var acceptedGroups = 0

  /// Creates a record of a worker that said hello.
  public init(name: String, software: String, fingerprint: String) {
    self.name = name
    self.software = software
    self.fingerprint = fingerprint
  }
}
