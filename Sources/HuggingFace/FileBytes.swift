internal import Tensors

/// Reads small files whole, with a bound on their size, and maps the large ones.
enum FileBytes {
  /// Far above any config.json.
  static let configurationLimit = 16 << 20

  /// A tokenizer.json with a vocabulary of a million is below half of this.
  static let tokenizerLimit = 256 << 20

  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    do {
      let file = try RegularFile(path: path)
      guard file.count <= limit else { throw HuggingFaceError(.malformed, "\(path): \(file.count) bytes, expected at most \(limit)") }
      // A copy, since people edit these files in their places: bytes of a mapping may be gone when they are touched.
      let bytes = try file.bytes()
      try refusePointer(bytes, path)
      return bytes
    } catch let error as TensorsError {
      throw HuggingFaceError(.unreadable, error.message)
    }
  }

  /// A file of weights in memory.
  static func map(_ path: String) throws -> MappedFile {
    do {
      let file = try MappedFile(path: path)
      try file.checkLength()
      if file.count < pointerLimit { try refusePointer(file.bytes(0..<file.count), path) }
      return file
    } catch let error as TensorsError {
      throw HuggingFaceError(.unreadable, error.message)
    }
  }

  private static let pointerLimit = 1024

  /// Where a repository was cloned without Git LFS, or a download of it gave pages instead of files, small texts lie in the places of
  /// the large files: such a text is an error that says what to do.
  private static func refusePointer(_ bytes: [UInt8], _ path: String) throws {
    guard bytes.count < pointerLimit, bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8) else { return }
    throw HuggingFaceError(
      .malformed, "\(path): is a Git LFS pointer, not the file itself: run \"git lfs pull\" in the folder, or download the model again")
  }
}
