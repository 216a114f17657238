import Files
public import Foundation

/// The folder that holds everything of a run.
public struct RunFolder: Sendable, Equatable {
  /// The folder's path, without a slash at its end.
  public let path: String

  /// Names a run folder; touches nothing.
  public init(path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    // The processes of the run are given the path as an argument.
    if path.hasPrefix("-") { path = "./" + path }
    self.path = path
  }

  /// The resolved configuration.
  public var configuration: String { path + "/config.yaml" }

  /// The ledger of groups, steps, workers, events and evaluations.
  public var ledger: String { path + "/ledger.sqlite" }

  /// The folder of checkpoints.
  public var checkpoints: String { path + "/checkpoints" }

  /// One JSON object a line, one line a step.
  public var metrics: String { path + "/metrics.jsonl" }

  /// The folder of the processes' logs.
  public var logs: String { path + "/logs" }

  /// The folder of the judged responses of evaluations.
  public var evaluations: String { path + "/evaluations" }

  /// The table of before and after.
  public var report: String { path + "/report.json" }

  /// Which version is the one to use.
  public var bestVersion: String { path + "/best.json" }

  /// The picture of accuracy over steps.
  public var learningCurve: String { path + "/learning-curve.svg" }

  /// Held by the learner while it lives.
  public var lock: String { path + "/lock" }
}

extension RunFolder {
  /// Makes a new run folder with its inner folders.
  ///
  /// - Parameters:
  ///   - path: Where; it must not exist, or be an empty folder. Without a path, `runs/` and the time of day.
  ///   - now: The time that names the folder.
  public static func create(at path: String? = nil, now: Date = Date()) throws -> RunFolder {
    let folder = if let path { try claim(path) } else { try claimByTime(now) }
    for inner in [folder.checkpoints, folder.logs] {
      try makeFolder(inner)
    }
    try DurableFile.synchronizeFolder(folder.path)
    try DurableFile.synchronizeFolder(DurableFile.parent(of: folder.path))
    return folder
  }

  /// Finds the folder of a run that is only read: nothing in it is made or changed.
  public static func find(_ path: String) throws -> RunFolder {
    let folder = RunFolder(path: path)
    guard FileManager.default.fileExists(atPath: folder.configuration) else {
      let found = FileManager.default.fileExists(atPath: folder.path) ? "it has no config.yaml" : "it does not exist"
      throw RunsError(.runFolder, "\(folder.path) is not a run folder: \(found); expected a folder that `empo train` made")
    }
    return folder
  }

  /// Opens the folder of a run that was begun before.
  public static func open(_ path: String) throws -> RunFolder {
    let folder = try find(path)
    // A run may have stopped between these folders and its configuration, or lost an empty one in a copy.
    for inner in [folder.checkpoints, folder.logs] {
      try makeFolder(inner)
    }
    return folder
  }

  /// Throws where something else than a file is in the place of one that a run writes.
  package func requireFiles() throws {
    for path in [metrics, ledger, report, bestVersion, learningCurve, lock] {
      guard let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType else { continue }
      // A link may lead to a disk with more space.
      guard type != .typeRegular, type != .typeSymbolicLink else { continue }
      throw RunsError(
        .runFolder, "\(path) is \(type == .typeDirectory ? "a folder" : "no regular file"), expected the run's own file: move it away")
    }
  }

  /// Replaces one of the folder's files, atomically and durably.
  public func replace(_ file: String, with text: String) throws {
    try DurableFile.replace(file, with: text.utf8)
  }

  private static func claim(_ path: String) throws -> RunFolder {
    let folder = RunFolder(path: path)
    if let attributes = try? FileManager.default.attributesOfItem(atPath: folder.path) {
      guard attributes[.type] as? FileAttributeType == .typeDirectory else {
        throw RunsError(.runFolder, "run folder \(folder.path) is a file: choose another name with --run")
      }
      let content = try DurableFile.attempt("list", folder.path) {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
      }
      guard content.isEmpty else {
        throw RunsError(
          .runFolder,
          "run folder \(folder.path) is not empty: go on with it (--resume \(folder.path)) or choose another name with --run")
      }
    }
    try makeFolder(folder.path)
    return folder
  }

  private static func claimByTime(_ now: Date) throws -> RunFolder {
    let name = "runs/" + timestamp(now)
    try makeFolder("runs")
    // Two runs that start within one second must not share a folder, so the folder's creation decides.
    for attempt in 1...100 {
      let folder = RunFolder(path: attempt == 1 ? name : "\(name)-\(attempt)")
      do {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
        return folder
      } catch {
        guard FileManager.default.fileExists(atPath: folder.path) else {
          let reason = FailureReason.words(for: error, at: folder.path)
          throw RunsError(.runFolder, "cannot create run folder \(folder.path): \(reason)", cause: error)
        }
      }
    }
    throw RunsError(.runFolder, "run folders \(name) to \(name)-100 are taken: choose a name with --run")
  }

  private static func makeFolder(_ path: String) throws {
    try DurableFile.attempt("create folder", path) {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
  }

  private static func timestamp(_ date: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .current
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    let day = digits(parts.year, 4) + digits(parts.month, 2) + digits(parts.day, 2)
    return day + "-" + digits(parts.hour, 2) + digits(parts.minute, 2) + digits(parts.second, 2)
  }

  private static func digits(_ value: Int?, _ count: Int) -> String {
    let text = String(value ?? 0)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
