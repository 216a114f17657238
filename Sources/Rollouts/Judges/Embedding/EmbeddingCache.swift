internal import Synchronization

/// The embeddings of texts that came up lately, within a bound on bytes.
///
/// Texts are told apart by their bytes: what Swift takes for the same string can have other tokens.
final class EmbeddingCache: Sendable {
  private struct Generations {
    var young: [[UInt8]: [Float]] = [:]
    var old: [[UInt8]: [Float]] = [:]
    /// Of the young ones.
    var bytes = 0
  }

  /// Bytes of one generation: when the young one is full it becomes the old one, which is dropped.
  private let limit: Int
  private let generations = Mutex(Generations())

  /// What an entry takes beside its text and numbers, about.
  private static let overhead = 128

  /// A cache of at most about so many bytes.
  init(bytes: Int) { limit = bytes / 2 }

  /// The embedding of each text; what is not known is computed in one call, each text once.
  func vectors(of texts: [String], compute: ([String]) throws -> [[Float]]) rethrows -> [[Float]] {
    let keys = texts.map { Array($0.utf8) }
    var found: [[UInt8]: [Float]] = [:]
    var missing: [(key: [UInt8], text: String)] = []
    generations.withLock { generations in
      for (key, text) in zip(keys, texts) where found[key] == nil {
        if let vector = generations.young[key] {
          found[key] = vector
        } else if let vector = generations.old[key] {
          found[key] = vector
          insert(vector, key, &generations)
        } else {
          found[key] = []
          missing.append((key, text))
        }
      }
    }
    if !missing.isEmpty {
      // Two threads may compute the same text: they get the same bits.
      let vectors = try compute(missing.map(\.text))
      generations.withLock { generations in
        for (item, vector) in zip(missing, vectors) {
          found[item.key] = vector
          insert(vector, item.key, &generations)
        }
      }
    }
    return keys.map { found[$0] ?? [] }
  }

  private func insert(_ vector: [Float], _ key: [UInt8], _ generations: inout Generations) {
    let size = key.count + vector.count * MemoryLayout<Float>.stride + Self.overhead
    guard size <= limit else { return }
    if generations.bytes + size > limit {
      generations.old = generations.young
      generations.young = [:]
      generations.bytes = 0
    }
    if generations.young.updateValue(vector, forKey: key) == nil { generations.bytes += size }
  }
}
