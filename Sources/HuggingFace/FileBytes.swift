internal import Tensors

/// Reads small files whole, with a bound on their size.
enum FileBytes {
  /// Far above any config.json.
  static let configurationLimit = 16 << 20

  /// A tokenizer.json with a vocabulary of a million is below half of this.
  static let tokenizerLimit = 256 << 20

  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let file = try map(path)
    guard file.count <= limit else { throw HuggingFaceError(.malformed, "\(path): \(file.count) bytes, expected at most \(limit)") }
    return file.bytes(0..<file.count)
  }

  /// A file of a model folder in memory.
  ///
  /// Where a repository was cloned without Git LFS, or a download of it gave pages instead of files, small texts lie in the places of
  /// the large files: such a text is an error that says what to do.
  static func map(_ path: String) throws -> MappedFile {
    do {
      let file = try MappedFile(path: path)
      let signature = Array("version https://git-lfs.github.com/spec/".utf8)
      if file.count < 1024, file.bytes(0..<file.count).starts(with: signature) {
        throw HuggingFaceError(
          .malformed, "\(path): is a Git LFS pointer, not the file itself: run \"git lfs pull\" in the folder, or download the model again")
      }
      return file
    } catch let error as TensorsError {
      throw HuggingFaceError(.unreadable, error.message)
    }
  }
}
