import Files
import Foundation
import JSON
public import Tensors

/// Writes a model's weights as transformers does: model.safetensors or, above a size, shards and their index.
public enum WeightExport {
  /// Writes tensors to a folder, which must be there and hold no weights yet.
  ///
  /// `values` is called with the place of each tensor in order, and must call its second argument once with that tensor's values.
  /// Each file has another name until its bytes have reached the disk, and the index comes last, so that an incomplete export is not found.
  /// A failure removes the written files. Throws a ``FileError`` that names the file.
  public static func write(
    folder: String, tensors: [(name: String, shape: [Int])], elementType format: FloatFormat, maximumShardBytes: Int = 5_000_000_000,
    values: (_ tensor: Int, _ write: (Span<Float>) throws -> Void) throws -> Void
  ) throws {
    precondition(maximumShardBytes > 0)
    try requireNoWeights(in: folder)
    let plan = ShardPlan(
      counts: tensors.map { $0.shape.reduce(1, *) }, format: format, maximumShardBytes: maximumShardBytes)
    let paths = plan.names.map { folder + "/" + $0 }
    let index = folder + "/" + WeightFiles.indexName
    do {
      for (path, range) in zip(paths, plan.ranges) {
        var writer = try SafetensorsWriter(path: partial(path), tensors: Array(tensors[range]), format: format)
        for tensor in range { try values(tensor) { try writer.write($0) } }
        try writer.finish(synchronizing: true)
      }
      if paths.count > 1 { try write(encodedIndex(tensors.map(\.name), plan), to: partial(index)) }
      for path in paths + (paths.count > 1 ? [index] : []) { try DurableFile.rename(partial(path), to: path) }
    } catch {
      for path in paths + [index] {
        try? FileManager.default.removeItem(atPath: partial(path))
        try? FileManager.default.removeItem(atPath: path)
      }
      throw error
    }
  }

  /// Otherwise files of an older export would seem to be part of this one.
  private static func requireNoWeights(in folder: String) throws {
    let old = try FolderContents(folder).weights
    guard old.isEmpty else {
      throw FileError(.unsupported, "\(folder): already has \(old.listed(3)), expected a folder without weights")
    }
  }

  private static func partial(_ path: String) -> String { path + ".partial" }

  private static func encodedIndex(_ names: [String], _ plan: ShardPlan) -> [UInt8] {
    let map = zip(plan.names, plan.ranges).flatMap { file, range in range.map { JSONObject.Member(names[$0], .string(file)) } }
    return JSONValue.object(
      JSONObject([
        .init("metadata", .object(JSONObject([.init("total_size", .integer(plan.totalSize))]))),
        .init("weight_map", .object(JSONObject(map.sorted { $0.key < $1.key }))),
      ])
    ).encoded()
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let handle = try NewFile.create(path)
    do {
      try handle.write(contentsOf: bytes)
      try handle.synchronize()
      try handle.close()
    } catch {
      throw NewFile.failure(path, error)
    }
  }
}
