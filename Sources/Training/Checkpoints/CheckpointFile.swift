import Files

/// A file of a checkpoint: its name, and how its content gets there.
///
/// The content is made when the checkpoint is written, straight into its file, so parameters of any size are never copied
/// in memory.
public struct CheckpointFile {
  /// The file's name: one path component.
  public let name: String

  let make: (_ path: String) throws -> Void

  /// A file that a closure writes at the path it is given.
  public init(_ name: String, writing make: @escaping (_ path: String) throws -> Void) {
    precondition(CheckpointFile.isPlain(name), "\(name) is not a plain file name")
    precondition(![CheckpointStore.manifestName, CheckpointStore.stateName].contains(name), "the store writes \(name) itself")
    self.name = name
    self.make = make
  }

  /// A small file, such as `config.json`.
  public init(_ name: String, bytes: [UInt8]) {
    self.init(name) { path in try DurableFile.write(bytes, to: path) }
  }

  /// Whether a name stays within its folder, shows in it, and is short.
  static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") && !name.utf8.contains(0) && name.utf8.count <= 255
  }
}
