import Files
import JSON

/// A model.safetensors.index.json: which shard holds which tensor.
///
/// Its `metadata.total_size` is not compared: transformers ignores it, and tools that merge, tie or convert weights leave an old one
/// behind. Each tensor is checked instead: all must be there, and no others.
struct ShardIndex {
  /// The most shards; the largest published models have some hundreds.
  static let shardLimit = 4096

  let path: String
  private let folder: String
  /// The file names of the shards, sorted.
  private var shards: [String] = []
  /// The place in `shards` of each tensor.
  private var places: [String: Int] = [:]

  /// Reads the index of a folder.
  init(folder: String) throws {
    self.folder = folder
    path = folder + "/" + WeightFiles.indexName
    var reader = JSONReader(try FileBytes.read(path, limit: FileBytes.configurationLimit), source: path)
    var names: [String: String] = [:]
    var fields: Set<String> = []
    try reader.readObject { field, reader in
      guard fields.insert(field).inserted else { throw reader.failure("\"\(field.prefix(40))\" is there twice") }
      guard field == "weight_map" else { return try reader.passOverValue() }
      try reader.readObject { name, reader in
        let shard = try reader.readString()
        if let problem = Self.problem(ofShardName: shard) {
          throw reader.failure("tensor \"\(name.prefix(200))\" is in \"\(shard.prefix(200))\", \(problem)")
        }
        guard names.updateValue(shard, forKey: name) == nil else {
          throw reader.failure("tensor \"\(name.prefix(200))\" is there twice")
        }
      }
    }
    try reader.expectEnd()
    guard fields.contains("weight_map") else {
      throw FileError(.malformed, "\(path): \"weight_map\" is missing, expected an object from tensors to files")
    }
    guard !names.isEmpty else { throw FileError(.malformed, "\(path): \"weight_map\" is empty, expected a file for each tensor") }
    shards = Set(names.values).sorted()
    guard shards.count <= Self.shardLimit else {
      throw FileError(.unsupported, "\(path): \(counted(shards.count, "shard")), expected at most \(Self.shardLimit)")
    }
    let numbers = Dictionary(uniqueKeysWithValues: shards.enumerated().map { ($1, $0) })
    places = names.compactMapValues { numbers[$0] }
  }

  /// An index may come from a stranger, and must not reach out of its folder.
  private static func problem(ofShardName name: String) -> String? {
    if name.contains("/") || name.contains("\\") || name.contains("\0") { return "expected the name of a file in the index's folder" }
    return name.hasSuffix(".safetensors") ? nil : "expected a .safetensors file"
  }

  /// Opens the shards, which must hold just the tensors that the index names, each in its shard.
  func open() throws -> [SafetensorsFile] {
    let contents = try FolderContents(folder)
    let absent = shards.filter { !contents.has($0) }
    guard absent.isEmpty else {
      throw FileError(
        .missing, "\(path): missing \(absent.listed()), \(absent.count) of \(counted(shards.count, "shard")): download the model again")
    }
    let files = try shards.map { try SafetensorsFile(path: folder + "/" + $0) }
    var faults: [String] = []
    for (name, place) in places where files[place].tensors[name] == nil {
      faults.append("\(name) is not in \(shards[place])")
    }
    for (place, file) in files.enumerated() {
      for name in file.names where places[name] != place {
        let home = places[name].map { "the index has it in \(shards[$0])" } ?? "the index does not name it"
        faults.append("\(name) is in \(shards[place]), but \(home)")
      }
    }
    guard faults.isEmpty else { throw FileError(.malformed, "\(path): \(faults.sorted().listed())") }
    return files
  }
}
