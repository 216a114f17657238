internal import Synchronization

/// The embeddings of texts that came up lately, within a bound on bytes.
///
/// Texts are distinguished by their bytes: strings that are equal in Swift can have different tokens.
final class EmbeddingCache: Sendable {
  private let known: Mutex<GenerationalCache<[UInt8], [Float]>>

  /// A cache of at most about so many bytes.
  init(bytes: Int) { known = Mutex(GenerationalCache(bytes: bytes)) }

  /// The embedding of each text; unknown ones are computed in one call, each text once.
  func vectors(of texts: [String], compute: ([String]) throws -> [[Float]]) rethrows -> [[Float]] {
    let keys = texts.map { Array($0.utf8) }
    var found: [[UInt8]: [Float]] = [:]
    var missing: [(key: [UInt8], text: String)] = []
    known.withLock { known in
      for (key, text) in zip(keys, texts) where found[key] == nil {
        if let vector = known[key] {
          found[key] = vector
        } else {
          found[key] = []
          missing.append((key, text))
        }
      }
    }
    if !missing.isEmpty {
      // Two threads may compute the same text: they get the same bits.
      let vectors = try compute(missing.map(\.text))
      known.withLock { known in
        for (item, vector) in zip(missing, vectors) {
          found[item.key] = vector
          known.insert(vector, for: item.key, bytes: item.key.count + vector.count * MemoryLayout<Float>.stride)
        }
      }
    }
    return keys.map { found[$0] ?? [] }
  }
}
