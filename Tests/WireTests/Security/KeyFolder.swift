import Foundation
import Wire

/// A folder of keys that is gone with the value.
final class KeyFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "empo-keys-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path + "/authorized", withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { path + "/" + name }

  var authorized: String { file("authorized") }

  func write(_ text: String, to name: String, mode: Int = 0o600) throws {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
  }

  /// Makes a key in the folder.
  @discardableResult
  func make(_ role: KeyRole, _ name: String) throws -> KeyPair {
    let pair = try KeyPair.make(role: role, name: name)
    _ = try KeyFile.write(pair, to: path)
    return pair
  }

  /// Lets a worker in that has a key here.
  func authorize(_ name: String) throws {
    try FileManager.default.copyItem(atPath: file(name + ".pub"), toPath: authorized + "/" + name + ".pub")
  }

  func revoke(_ name: String) throws {
    try FileManager.default.removeItem(atPath: authorized + "/" + name + ".pub")
  }

  /// What the worker has that is let in under this name.
  func credentials(of worker: String, learner: String = "learner") throws -> WorkerCredentials {
    try WorkerCredentials(keyFile: file(worker + ".key"), learnerKeyFile: file(learner + ".pub"))
  }

  /// A learner on loopback that lets in what the folder lists.
  func makeLearner(listen: String = "tcp://127.0.0.1:*") throws -> ZeroMQLearnerTransport {
    try ZeroMQLearnerTransport(
      listen: listen, credentials: LearnerCredentials(keyFile: file("learner.key"), authorized: [authorized]))
  }
}
