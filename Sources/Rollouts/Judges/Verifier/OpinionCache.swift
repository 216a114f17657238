/// The latest opinions of a verifier, within a bound on memory.
package struct OpinionCache: Sendable {
  /// The question and the two answers.
  package struct Key: Hashable, Sendable {
    package var question: String
    package var reference: String
    package var answer: String

    package init(question: String, reference: String, answer: String) {
      self.question = question
      self.reference = reference
      self.answer = answer
    }

    /// Bytes of its texts.
    var bytes: Int { question.utf8.count + reference.utf8.count + answer.utf8.count }

    /// By the bytes: models distinguish texts that are equal in Unicode.
    package static func == (a: Key, b: Key) -> Bool {
      a.reference.utf8.elementsEqual(b.reference.utf8) && a.answer.utf8.elementsEqual(b.answer.utf8)
        && a.question.utf8.elementsEqual(b.question.utf8)
    }
  }

  private var opinions: GenerationalCache<Key, Float>

  /// A cache of at most so many bytes.
  package init(bytes: Int) {
    opinions = GenerationalCache(bytes: bytes)
  }

  /// The opinion, if it is remembered.
  package subscript(key: Key) -> Float? {
    mutating get { opinions[key] }
  }

  /// Remembers an opinion, unless it is too large for the cache.
  package mutating func insert(_ opinion: Float, for key: Key) {
    opinions.insert(opinion, for: key, bytes: key.bytes)
  }
}
