import Digests
import Files
import Foundation

/// Everything that decides a run's outcome, by its parts: the run folder's outcome.json, and where a run goes on, what was changed meanwhile.
///
/// The digest alone says whether the run is the same one. The parts are there to name what is not.
package struct RunOutcome: Codable, Sendable, Equatable {
  /// A file, and the SHA-256 of its bytes.
  package struct File: Codable, Sendable, Equatable {
    package var name: String
    package var sha256: String

    /// Names a file.
    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// Questions as the model reads them.
  package struct Questions: Codable, Sendable, Equatable {
    package var source: String
    package var count: Int
    package var sha256: String

    /// Names questions.
    package init(source: String, count: Int, sha256: String) {
      self.source = source
      self.count = count
      self.sha256 = sha256
    }
  }

  /// SHA-256 over all of it, which ledger and checkpoints carry.
  package var digest: String
  /// The values of the keys that shape the outcome, as text, by their names.
  package var configuration: [String: String]
  /// How products are computed.
  package var arithmetic: String
  /// The questions to train on.
  package var questions: Questions
  /// The questions to measure on, where a guard may end the run by them.
  package var heldOut: Questions?
  /// The files of the base model's weights.
  package var weights: [File]
  /// The other files of the base model.
  package var model: [File]
  /// What the judge's model is; nil for a judge that needs none.
  package var judge: String?
  /// The chat template; nil without one.
  package var template: String?

  private enum CodingKeys: String, CodingKey {
    case digest, configuration, arithmetic, questions, weights, model, judge, template
    case heldOut = "held_out"
  }

  /// The outcome of these parts, under a digest of them.
  package init(
    digest: String, configuration: [String: String], arithmetic: String, questions: Questions, heldOut: Questions? = nil, weights: [File],
    model: [File], judge: String? = nil, template: String? = nil
  ) {
    self.digest = digest
    self.configuration = configuration
    self.arithmetic = arithmetic
    self.questions = questions
    self.heldOut = heldOut
    self.weights = weights
    self.model = model
    self.judge = judge
    self.template = template
  }

  /// What was changed since a run began with `earlier`, a phrase each: the key or the file, what it was and what it is.
  package func changes(since earlier: RunOutcome) -> [String] {
    var changes: [String] = []
    func note(_ what: String, _ old: String?, _ new: String?) {
      guard old != new else { return }
      changes.append("\(what) was \(Self.told(old)) and is \(Self.told(new))")
    }
    for key in ConfigurationKey.all { note(key.name, earlier.configuration[key.name], configuration[key.name]) }
    if earlier.configuration["arithmetic"] == configuration["arithmetic"] {
      note("what arithmetic: auto stands for", earlier.arithmetic, arithmetic)
    }
    let isSameSource = earlier.configuration["questions"] == configuration["questions"]
    if isSameSource, let change = Self.change(of: "the questions", earlier.questions, questions) { changes.append(change) }
    if let old = earlier.heldOut, let new = heldOut, let change = Self.change(of: "the held-out questions", old, new) {
      changes.append(change)
    }
    if earlier.configuration["model"] == configuration["model"] {
      changes += Self.changes(of: earlier.weights + earlier.model, to: weights + model)
    }
    if earlier.configuration["judge"] == configuration["judge"], earlier.judge != judge {
      changes.append("the judge's model has other files")
    }
    if earlier.configuration["template"] == configuration["template"], earlier.template != template {
      changes.append("the chat template is another one")
    }
    return changes
  }

  private static func told(_ value: String?) -> String { value.map { $0.isEmpty ? "empty" : excerpt($0) } ?? "not looked at" }

  private static func change(of what: String, _ old: Questions, _ new: Questions) -> String? {
    guard old.sha256 != new.sha256 else { return nil }
    let counts = old.count == new.count ? "as many, with another content" : "there were \(old.count) and are \(new.count)"
    return "\(what) of \(new.source) were changed: \(counts)"
  }

  private static func changes(of old: [File], to new: [File]) -> [String] {
    let (before, now) = (digests(of: old), digests(of: new))
    return Set(before.keys).union(now.keys).sorted().compactMap { name in
      switch (before[name], now[name]) {
      case (let old?, let new?): old == new ? nil : "the model's \(name) has another content"
      case (_?, nil): "the model's \(name) is gone"
      case (nil, _): "the model's \(name) is new"
      }
    }
  }

  private static func digests(of files: [File]) -> [String: String] {
    Dictionary(files.map { ($0.name, $0.sha256) }) { first, _ in first }
  }
}

extension RunFolder {
  /// What decided the run's outcome when it began.
  package var outcome: String { path + "/outcome.json" }

  /// What decided the outcome when the run began; nil where nothing is known of it.
  package var beginning: RunOutcome? {
    FileManager.default.contents(atPath: outcome).flatMap { try? JSONDecoder().decode(RunOutcome.self, from: $0) }
  }

  /// Notes what decides the outcome, where it is not noted yet.
  package func note(_ outcome: RunOutcome) throws {
    guard beginning?.digest != outcome.digest else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try DurableFile.replace(self.outcome, with: try encoder.encode(outcome))
  }

  /// Runs what refuses a ledger of another outcome; its error then names what was changed.
  package func explainingChanges<Result>(to outcome: RunOutcome, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as RunsError {
      guard error.code == .changed else { throw error }
      let changes = beginning.map { outcome.changes(since: $0) } ?? []
      let what = changes.isEmpty ? "" : "\(changes.listed(5)): "
      throw RunsError(
        .changed, "\(path) was begun as another run: \(what)undo the change, or begin a new run (\(error.message))", cause: error)
    }
  }
}
