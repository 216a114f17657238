import Foundation

/// Reads small files whole, with a bound on their size.
enum FileBytes {
  /// Far above any config.json.
  static let configurationLimit = 16 << 20

  /// A tokenizer.json with a vocabulary of a million is below half of this.
  static let tokenizerLimit = 256 << 20

  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      let size = try handle.seekToEnd()
      guard size <= UInt64(limit) else {
        throw HuggingFaceError(.malformed, "\(path): \(size) bytes, expected at most \(limit)")
      }
      try handle.seek(toOffset: 0)
      return Array(try handle.read(upToCount: Int(size)) ?? Data())
    } catch let error as HuggingFaceError {
      throw error
    } catch {
      throw HuggingFaceError(.unreadable, "\(path): cannot be read: \(error.localizedDescription)")
    }
  }
}
