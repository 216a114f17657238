import Cluster
import Foundation
import Runs

extension HostsFile {
  /// The most workers of a file, as many as a run takes.
  static let maximumWorkers = LearnerPlan.defaultMaximumWorkers

  /// Reads a file.
  package init(contentsOf path: String) throws {
    try self.init(YAMLSection(contentsOf: path))
  }

  /// Reads a text that stands for a file.
  package init(text: String, file: String) throws {
    try self.init(YAMLSection(text: text, file: file))
  }

  private init(_ section: YAMLSection) throws {
    var root = section
    let common = try HostDefaults(&root, below: HostDefaults())
    restartBudget = try root.integer("restart_budget", in: 0...1_000_000) ?? 10
    guard let learner = try root.section("learner") else {
      throw root.error(nil, "there is no learner: expected `learner:` with its host")
    }
    self.learner = try Self.learner(learner, common)
    workers = []
    var names = WorkerNames()
    for entry in try root.sections("workers", atMost: Self.maximumWorkers) ?? [] {
      workers += try Self.workers(entry, common, &names)
      guard workers.count <= Self.maximumWorkers else {
        throw entry.error(nil, "that makes \(workers.count) workers, expected at most \(Self.maximumWorkers)")
      }
    }
    try root.finish()
    if let fault = keyFault { throw root.error(nil, fault) }
  }

  /// The problem with the keys, if there is one. It is reported here because hosts would report it only once they are started.
  private var keyFault: String? {
    if learner.key != nil, learner.isInsecure { return "learner: key keeps strangers out and insecure lets them in: expected one of them" }
    if (learner.key == nil) != (learner.authorized == nil) { return "learner: key and authorized belong together" }
    var places: Set<String> = []
    for worker in workers {
      if [worker.key == nil, worker.learnerKey == nil] != [learner.key == nil, learner.key == nil] {
        return "worker \(worker.name): expected key and learner_key where the learner has a key, and neither where it has none"
      }
      if let key = worker.key, !places.insert("\(worker.host.name) \(key)").inserted {
        return "worker \(worker.name): \(key) is another worker's already; `{worker}` in the path stands for the worker's name"
      }
    }
    return nil
  }

  private static func learner(_ section: YAMLSection, _ common: HostDefaults) throws -> Learner {
    var section = section
    let defaults = try HostDefaults(&section, below: common)
    let host = try defaults.host(&section)
    let port = try section.integer("port", in: 0...65_535) ?? 5555
    let reachedAt = try address("reached_at", &section) ?? host.name
    let listen = try address("listen", &section) ?? (isLoopback(reachedAt) ? reachedAt : "0.0.0.0")
    let learner = Learner(
      host: host, listen: "tcp://\(bracketed(listen)):\(port)", reachedAt: bracketed(reachedAt), run: try path("run", &section),
      key: try path("key", &section), authorized: try path("authorized", &section), isInsecure: try section.flag("insecure"))
    try section.finish()
    return learner
  }

  private static func workers(_ section: YAMLSection, _ common: HostDefaults, _ names: inout WorkerNames) throws -> [Worker] {
    var section = section
    let defaults = try HostDefaults(&section, below: common)
    let host = try defaults.host(&section)
    let count = try section.integer("count", in: 1...256) ?? 1
    let threads = try section.integer("threads", in: 1...1024)
    let niceness = try section.integer("nice", in: 0...19)
    let memory = try memory(&section)
    let base = try section.text("name", "a name")
    let key = try path("key", &section)
    let learnerKey = try path("learner_key", &section)
    if let (name, line) = base, name.isEmpty || name.utf8.count > 40 || !name.allSatisfy(\.isNamePart) || "-.".contains(name.prefix(1)) {
      throw section.error(line, "name: found \(excerpt(name)), expected up to 40 letters, digits, '-', '_' or '.', a letter or digit first")
    }
    try section.finish()
    return try (1...count).map { _ in
      let name = names.next(base?.text ?? String(host.name.filter(\.isNamePart).prefix(40)), isWhole: base != nil && count == 1)
      guard let name else { throw section.error(base?.line, "name: \(excerpt(base?.text ?? "")) is another worker's already") }
      return Worker(
        host: host, name: name, threads: threads, niceness: niceness, memory: memory,
        key: key?.replacingOccurrences(of: "{worker}", with: name), learnerKey: learnerKey)
    }
  }

  private static func memory(_ section: inout YAMLSection) throws -> MemoryCap? {
    let expectation = "none, or a size such as 4GB or 512MB"
    guard let (text, line) = try section.text("memory", expectation) else { return nil }
    guard let memory = MemoryCap(text) else { throw section.error(line, "memory: found \(excerpt(text)), expected \(expectation)") }
    return memory
  }

  private static func path(_ key: String, _ section: inout YAMLSection) throws -> String? {
    guard let (text, line) = try section.text(key, "a path") else { return nil }
    guard !text.isEmpty, text.utf8.count <= 4096, !text.contains(where: \.isNewline), !text.utf8.contains(0), !text.hasPrefix("-") else {
      throw section.error(line, "\(key): found \(excerpt(text)), expected a path")
    }
    return text
  }

  private static func address(_ key: String, _ section: inout YAMLSection) throws -> String? {
    guard let (text, line) = try section.text(key, "a name or an address") else { return nil }
    guard isHostName(text) else {
      throw section.error(line, "\(key): found \(excerpt(text)), expected a name or an address without a port")
    }
    return text
  }

  /// A name or an address that neither ssh nor a shell misreads.
  static func isHostName(_ text: String) -> Bool {
    (1...253).contains(text.utf8.count) && !text.hasPrefix("-") && text.allSatisfy { $0.isNamePart || $0 == ":" }
  }

  private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  private static func isLoopback(_ host: String) -> Bool { ["localhost", "127.0.0.1", "::1"].contains(host) }
}

/// Names that no two workers share.
private struct WorkerNames {
  private var taken: Set<String> = []
  private var counts: [String: Int] = [:]

  /// The next worker's name: the given one, or a numbered one; nil if another worker has it.
  mutating func next(_ base: String, isWhole: Bool) -> String? {
    if isWhole { return taken.insert(base).inserted ? base : nil }
    while true {
      counts[base, default: 0] += 1
      let name = "\(base)-\(counts[base, default: 0])"
      if taken.insert(name).inserted { return name }
    }
  }
}

extension Character {
  /// Whether it may be part of a worker's or a host's name.
  fileprivate var isNamePart: Bool { isASCII && (isLetter || isNumber || "-._".contains(self)) }
}
