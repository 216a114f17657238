/// The latest opinions of a verifier, within a bound on memory.
///
/// Two generations: when the younger is full, it becomes the older one, and what was the older is forgotten. What is found in the older
/// one is taken over. So whatever was used within the last half of the room is there, at O(1) a look-up.
package struct OpinionCache: Sendable {
  /// What was asked.
  package struct Key: Hashable, Sendable {
    package var question: String
    package var reference: String
    package var answer: String

    package init(question: String, reference: String, answer: String) {
      self.question = question
      self.reference = reference
      self.answer = answer
    }

    /// Bytes of an entry: its texts, and about what the table takes for it.
    var cost: Int { question.utf8.count + reference.utf8.count + answer.utf8.count + 128 }

    /// By the bytes: models tell apart what Unicode takes for the same text.
    package static func == (a: Key, b: Key) -> Bool {
      a.reference.utf8.elementsEqual(b.reference.utf8) && a.answer.utf8.elementsEqual(b.answer.utf8)
        && a.question.utf8.elementsEqual(b.question.utf8)
    }
  }

  private let bytesPerGeneration: Int
  private var younger: [Key: Float] = [:]
  private var older: [Key: Float] = [:]
  private var youngerBytes = 0

  /// A cache of at most so many bytes.
  package init(bytes: Int) {
    bytesPerGeneration = bytes / 2
  }

  /// The opinion, if it is remembered.
  package subscript(key: Key) -> Float? {
    mutating get {
      if let known = younger[key] { return known }
      guard let known = older[key] else { return nil }
      insert(known, for: key)
      return known
    }
  }

  /// Remembers an opinion, unless it is too large for the cache.
  package mutating func insert(_ opinion: Float, for key: Key) {
    let cost = key.cost
    guard cost <= bytesPerGeneration else { return }
    if youngerBytes + cost > bytesPerGeneration {
      older = younger
      younger = [:]
      youngerBytes = 0
    }
    if younger.updateValue(opinion, forKey: key) == nil { youngerBytes += cost }
  }
}
