/// Reads small files whole, with a bound on their size, and maps the large ones.
package enum FileBytes {
  /// Far above any config.json.
  package static let configurationLimit = 16 << 20

  /// A tokenizer.json with a vocabulary of a million is below half of this.
  package static let tokenizerLimit = 256 << 20

  package static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let file = try RegularFile(path: path)
    guard file.count <= limit else { throw FileError(.malformed, "\(path): \(file.count) bytes, expected at most \(limit)") }
    // A copy, since people edit these files in place: bytes of a mapping may be gone when they are read.
    let bytes = try file.bytes()
    try refusePointer(bytes, path)
    return bytes
  }

  /// A file of weights in memory.
  package static func map(_ path: String) throws -> MappedFile {
    let file = try MappedFile(path: path)
    try file.checkLength()
    if file.count < pointerLimit { try refusePointer(file.bytes(0..<file.count), path) }
    return file
  }

  private static let pointerLimit = 1024

  /// If a repository was cloned without Git LFS, small pointer files lie in the places of the large ones. Such a file gives an error that
  /// says what to do.
  private static func refusePointer(_ bytes: [UInt8], _ path: String) throws {
    guard bytes.count < pointerLimit, bytes.starts(with: "version https://git-lfs.github.com/spec/".utf8) else { return }
    throw FileError(
      .malformed, "\(path): is a Git LFS pointer, not the file itself: run \"git lfs pull\" in the folder, or download the model again")
  }
}
