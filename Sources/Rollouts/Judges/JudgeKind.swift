/// The kind of judge of equal meaning, as configurations and command lines name it.
public enum JudgeKind: Sendable, Hashable, CustomStringConvertible {
  /// Exact numbers and normalised text.
  case exact
  /// Mathematical equality.
  case math
  /// The letters and texts of multiple-choice options.
  case choice
  /// Short texts, up to notation.
  case text
  /// The similarity of embeddings, by the encoder in a folder.
  case embedding(folder: String)
  /// Entailment in both directions, by the classifier in a folder.
  case nli(folder: String)
  /// The opinion of the language model in a folder.
  case verifier(folder: String)

  /// The known names, for messages.
  public static let names = "exact, math, choice, text, embedding:DIR, nli:DIR, verifier:DIR"

  /// Reads a name as ``description`` writes it: `exact`, `math`, `choice`, `text`, `embedding:DIR`, `nli:DIR` or `verifier:DIR`.
  ///
  /// Throws a ``RolloutsError`` for a text that is none of them, and for a model judge without its folder.
  public init(_ name: String) throws(RolloutsError) {
    let (word, folder) = JudgeKind.parts(of: name)
    switch (word, folder) {
    case ("exact", nil): self = .exact
    case ("math", nil): self = .math
    case ("choice", nil): self = .choice
    case ("text", nil): self = .text
    case ("embedding", let folder?) where JudgeKind.isPath(folder): self = .embedding(folder: String(folder))
    case ("nli", let folder?) where JudgeKind.isPath(folder): self = .nli(folder: String(folder))
    case ("verifier", let folder?) where JudgeKind.isPath(folder): self = .verifier(folder: String(folder))
    case ("embedding", _), ("nli", _), ("verifier", _):
      throw RolloutsError(.judge, "judge '\(JudgeKind.excerpt(name))' names no folder: expected \(word):DIR with a model's folder")
    case ("exact", _), ("math", _), ("choice", _), ("text", _):
      throw RolloutsError(.judge, "judge '\(JudgeKind.excerpt(name))' names a folder, but \(word) needs no model: expected \(word)")
    default: throw RolloutsError(.judge, "judge '\(JudgeKind.excerpt(name))' is none of \(JudgeKind.names)")
    }
  }

  /// The name, which ``init(_:)`` reads back.
  public var description: String {
    switch self {
    case .exact: "exact"
    case .math: "math"
    case .choice: "choice"
    case .text: "text"
    case .embedding(let folder): "embedding:" + folder
    case .nli(let folder): "nli:" + folder
    case .verifier(let folder): "verifier:" + folder
    }
  }

  /// The folder of the judge's model; nil for a judge that needs none.
  public var folder: String? {
    switch self {
    case .exact, .math, .choice, .text: nil
    case .embedding(let folder), .nli(let folder), .verifier(let folder): folder
    }
  }

  /// The same kind of judge with its model in another folder; itself where it needs none.
  public func at(folder: String) -> JudgeKind {
    switch self {
    case .exact, .math, .choice, .text: self
    case .embedding: .embedding(folder: folder)
    case .nli: .nli(folder: folder)
    case .verifier: .verifier(folder: folder)
    }
  }

  private static func parts(of name: String) -> (word: Substring, folder: Substring?) {
    guard let colon = name.firstIndex(of: ":") else { return (name[...], nil) }
    return (name[..<colon], name[name.index(after: colon)...])
  }

  private static func isPath(_ text: Substring) -> Bool { !text.isEmpty && !text.utf8.contains(0) }

  /// The beginning of a user's text, for a message of one line.
  private static func excerpt(_ text: String) -> String {
    text.prefix(80).map { $0.isNewline ? " " : String($0) }.joined() + (text.count > 80 ? "…" : "")
  }
}
