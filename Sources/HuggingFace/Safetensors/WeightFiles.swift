public import Files

/// The weights of a model folder: one safetensors file, or several shards with an index that says which tensor is where.
///
/// All headers are read when it is opened, and all files stay mapped as long as the value lives.
public struct WeightFiles: Sendable {
  /// The name of a single file of weights.
  public static let fileName = "model.safetensors"

  /// The name of the index of shards.
  public static let indexName = "model.safetensors.index.json"

  /// The name of a PEFT folder's file.
  public static let adapterName = "adapter_model.safetensors"

  /// The single file or the index, for messages.
  public let path: String

  /// The names of all tensors, in the order of their bytes, shard by shard.
  public let names: [String]

  private let files: [SafetensorsFile]
  /// The place in `files` of each tensor.
  private let places: [String: Int]

  /// Opens the weights of a folder: its model.safetensors or, where there is none, its index and the shards in it, in the order in which
  /// transformers looks for them.
  ///
  /// Throws a ``FileError`` that names what was found instead of weights, or lists the differences between index and shards.
  public init(folder: String) throws {
    let found = try FolderContents(folder)
    if found.has(Self.fileName) {
      try self.init(file: folder + "/" + Self.fileName)
    } else if found.has(Self.indexName) {
      try self.init(index: try ShardIndex(folder: folder))
    } else {
      throw found.withoutWeights
    }
  }

  /// Opens the adapters of a PEFT folder.
  ///
  /// Throws a ``FileError`` that names what was found instead.
  public init(adaptersIn folder: String) throws {
    let found = try FolderContents(folder)
    guard found.has(Self.adapterName) else { throw found.withoutAdapters }
    try self.init(file: folder + "/" + Self.adapterName)
  }

  /// Opens weights that are one file.
  public init(file path: String) throws {
    let file = try SafetensorsFile(path: path)
    self.path = path
    names = file.names
    files = [file]
    places = file.tensors.mapValues { _ in 0 }
  }

  private init(index: ShardIndex) throws {
    files = try index.open()
    path = index.path
    names = files.flatMap(\.names)
    var places: [String: Int] = [:]
    for (place, file) in files.enumerated() {
      for name in file.names { places[name] = place }
    }
    self.places = places
  }

  /// The tensor of a name, where there is one.
  public func tensor(_ name: String) -> WeightTensor? {
    guard let place = places[name], let entry = files[place].tensors[name] else { return nil }
    return WeightTensor(elementType: entry.elementType, shape: entry.shape, file: files[place].file, byteRange: entry.byteRange)
  }

  /// Reads a tensor of F32, F16 or BF16 into `values`; see ``SafetensorsFile/read(_:into:)``.
  public func read(_ name: String, into values: inout MutableSpan<Float>) throws {
    guard let place = places[name] else { throw FileError(.missing, "\(path): there is no tensor \"\(name)\"") }
    try files[place].read(name, into: &values)
  }
}

/// A tensor of a model's weights, and where its bytes are.
public struct WeightTensor: Sendable {
  /// How its elements are stored.
  public let elementType: ElementType

  /// Its dimensions, slowest first.
  public let shape: [Int]

  /// The file that holds it.
  public let file: MappedFile

  /// Its bytes in that file.
  public let byteRange: Range<Int>

  /// The number of its elements.
  public var count: Int { byteRange.count / elementType.byteWidth }
}
