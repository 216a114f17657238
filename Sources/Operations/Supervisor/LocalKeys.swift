import Files
import Foundation
import Wire

/// The keys of a run's own workers, in the run folder. They are made when the run first has keys, and are let in beside the keys that a
/// user lists.
struct LocalKeys: Sendable {
  /// The folder's name in the run folder.
  static let folderName = "keys"

  private let folder: String

  /// Makes the missing keys.
  init(folder: String, learnerKey: String, workers: Int) throws {
    self.folder = folder
    let learner = try KeyFile.readPair(learnerKey, of: .learner)
    // Whoever could write there could put another key into the place of one of these.
    for place in [folder, authorized] where !FileManager.default.fileExists(atPath: place) {
      try DurableFile.attempt("create folder", place) {
        try FileManager.default.createDirectory(
          atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    }
    try DurableFile.replace(self.learner, with: (KeyFile.line(of: learner) + "\n").utf8)
    for number in 0..<workers {
      let name = Child.worker(number + 1).workerName
      let listed = authorized + "/" + name + KeyFile.publicSuffix
      if !FileManager.default.fileExists(atPath: key(of: name)) {
        _ = try KeyFile.write(KeyPair.make(role: .worker, name: name), to: folder)
      }
      let pair = try KeyFile.readPair(key(of: name), of: .worker)
      try DurableFile.replace(listed, with: (KeyFile.line(of: pair) + "\n").utf8)
    }
  }

  /// The folder of their public keys.
  var authorized: String { folder + "/authorized" }

  /// The names of the workers that a run has keys for.
  static func names(inRun folder: String) -> Set<String> {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + folderName + "/authorized")) ?? []
    return Set(files.filter { $0.hasSuffix(KeyFile.publicSuffix) }.map { String($0.dropLast(KeyFile.publicSuffix.count)) })
  }

  /// The learner's public key.
  var learner: String { folder + "/learner" + KeyFile.publicSuffix }

  /// A worker's secret key.
  func key(of worker: String) -> String { folder + "/" + worker + KeyFile.secretSuffix }
}

extension Child {
  /// The name of a worker on this host.
  var workerName: String {
    switch self {
    case .learner: "learner"
    case .worker(let number): "worker-\(number)"
    }
  }
}
