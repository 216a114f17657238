import Cluster
import Digests
import Foundation
import HuggingFace
import NumericTestSupport
import Runs
import Tensors
import TestSupport
import Testing
import Transformer
import Wire

@Suite struct BaseCacheTests {
  private let scratch: ScratchFolder
  private let parameters = TinyModel.parameters()

  init() throws { scratch = try ScratchFolder() }

  /// The folder of a model whose tensors are stored so.
  private func model(_ name: String = "model", seed: UInt64 = 1, _ format: FloatFormat = .bfloat16) throws -> String {
    let folder = scratch.file(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let parameters = TinyModel.parameters(seed: seed)
    try Data(parameters.configuration.encoded()).write(to: URL(filePath: folder + "/config.json"))
    try parameters.write(safetensors: folder + "/model.safetensors", elementType: format)
    return folder
  }

  private func welcome(_ base: BaseDescription, model folder: String? = nil) -> Welcome {
    var configuration = RunConfiguration()
    configuration.model = folder.map { .path($0) } ?? .path(scratch.file("not on this host"))
    return Welcome(
      incarnation: 1, run: "r", heartbeatMilliseconds: 1, leaseMilliseconds: 1, publisher: "inproc", policyVersion: 0,
      manifest: base.manifest, baseWeights: base, files: [NamedBytes(name: "config.yaml", bytes: Array(configuration.yaml().utf8))],
      timeOfDay: 0)
  }

  private func cache(_ models: BaseCache.Models = .configured(or: nil)) -> BaseCache { BaseCache(scratch.file("cache"), models: models) }

  /// What a cache finds, and what it says of what it cannot use.
  private struct Found: Equatable {
    var place: BasePlace?
    var lines: [String] = []
  }

  private func find(_ base: BaseDescription, in cache: BaseCache, model: String? = nil) throws -> Found {
    var lines: [String] = []
    let local = try cache.find(for: welcome(base, model: model)) { lines.append($0) }
    if let local { #expect(local.weights.baseDescription.sha256 == base.sha256) }
    return Found(place: local?.place, lines: lines)
  }

  /// Fetches weights as a worker does, the last chunk first.
  private func fetch(_ weights: some BaseWeights, into cache: BaseCache, damaging damage: (inout [UInt8]) -> Void = { _ in }) throws
    -> BaseTransfer
  {
    let manifest = weights.baseDescription.manifest
    try cache.begin(weights.baseDescription)
    for index in (0..<manifest.chunkCount).reversed() {
      var bytes = weights.chunk(index).bytes.copy()
      damage(&bytes)
      try cache.write(WeightBytes(bytes), at: manifest.range(ofChunk: index).lowerBound)
    }
    return try cache.finish()
  }

  @Test(arguments: FloatFormat.allCases) func `A model's folder is handed out without rounding`(format: FloatFormat) throws {
    let folder = try model("model", format)
    let weights = try ModelFolderWeights(folder: folder)
    let manifest = weights.baseDescription.manifest
    let type: WeightType = format == .bfloat16 ? .bfloat16 : .float32
    let expected = Policy(try Parameters(folder: folder), type: type, lanes: Lanes(count: 1)).bytes()
    #expect(manifest.elementType == (format == .bfloat16 ? .bfloat16 : .float32))
    #expect(manifest.totalBytes == UInt64(expected.count))
    let names = TinyModel.parameters().layout.entries.map(\.name)
    #expect(manifest.parameters.map(\.name) == names)
    #expect(weights.baseDescription.sha256 == SHA256.hexadecimalDigest(of: expected))
    let width = manifest.elementType.bytes
    for (first, last) in [(0, expected.count / width), (1, 2), (37 * 40 - 1, 37 * 40 + 41), (1_000, 9_000)] {
      let range = width * first..<width * last
      let isSame = weights.bytes(range).array() == Array(expected[range])
      #expect(isSame, "\(first) to \(last)")
    }
    #expect(weights.bytes(4..<4).count == 0)
  }

  @Test func `The configuration's model is taken where it is on this host, before it the one that was named`() throws {
    let (folder, copy) = (try model(), try model("copy"))
    let base = try ModelFolderWeights(folder: folder).baseDescription
    #expect(try find(base, in: cache(), model: folder) == Found(place: .modelFolder(folder)))
    #expect(try find(base, in: cache(.configured(or: copy)), model: folder) == Found(place: .modelFolder(copy)))
    #expect(try find(base, in: cache(.none), model: folder) == Found())
    #expect(try find(base, in: cache()) == Found())
  }

  @Test func `Another model is named with both digests, and passed over`() throws {
    let (folder, other) = (try model(), try model("other", seed: 2))
    let (base, found) = (try ModelFolderWeights(folder: folder).baseDescription, try ModelFolderWeights(folder: other).baseDescription)
    let result = try find(base, in: cache(.configured(or: other)))
    #expect(result.place == nil && result.lines.count == 1)
    #expect(result.lines[0].contains(base.sha256) && result.lines[0].contains(found.sha256) && result.lines[0].contains(other))
    let wide = try find(base, in: cache(.configured(or: try model("wide", .float32))))
    #expect(wide.place == nil && wide.lines.first?.contains("F32, expected BF16") == true)
    let none = try find(base, in: cache(.configured(or: scratch.file("nowhere"))))
    #expect(none.place == nil && none.lines.count == 1 && none.lines[0].contains("nowhere"))
  }

  @Test func `What was fetched is kept under its digest, and found by all processes of the host`() throws {
    let weights = try ModelFolderWeights(folder: try model())
    let base = weights.baseDescription
    let path = scratch.file("cache/base/\(base.sha256).weights")
    guard case .kept(let local) = try fetch(weights, into: cache()) else {
      Issue.record("it is damaged")
      return
    }
    #expect(local.place == .file(path))
    #expect(local.weights.chunk(0) == weights.chunk(0) && local.weights.chunk(0).isIntact)
    #expect(try find(base, in: cache()) == Found(place: .file(path)))
    #expect(try find(base, in: cache(.none)) == Found(place: .file(path)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("cache/base")) == ["\(base.sha256).weights"])
  }

  @Test func `Other bytes than announced are dropped, and a damaged file is fetched anew`() throws {
    let weights = try ModelFolderWeights(folder: try model())
    let base = weights.baseDescription
    guard case .damaged(let found) = try fetch(weights, into: cache(), damaging: { $0[7] ^= 1 }) else {
      Issue.record("it is kept")
      return
    }
    #expect(found != base.sha256 && found.count == 64)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("cache/base")).isEmpty)
    for bytes in [[1, 2, 3], [UInt8](repeating: 0, count: Int(base.manifest.totalBytes))] as [[UInt8]] {
      try Data(bytes).write(to: URL(filePath: scratch.file("cache/base/\(base.sha256).weights")))
      let result = try find(base, in: cache())
      #expect(result.place == nil && result.lines.count == 1 && result.lines[0].contains("damaged"))
    }
    guard case .kept = try fetch(weights, into: cache()) else {
      Issue.record("it is damaged")
      return
    }
    #expect(try find(base, in: cache()).place != nil)
  }

  @Test(.enabled(if: FullDisk.canMount, "mounting a small disk is not allowed here"))
  func `A full disk is one line`() throws {
    let weights = try ModelFolderWeights(folder: try model())
    try FullDisk.with(bytes: 1 << 14) { disk in
      let cache = BaseCache(disk.path, models: .none)
      let error = #expect(throws: (any Error).self) { try cache.begin(weights.baseDescription) }
      #expect("\(error as Any)".contains("the disk is full"))
    }
  }

  @Test func `The cache is where the environment says`() {
    #expect(BaseCache.defaultFolder(["HOME": "/home/a"]) == "/home/a/.cache/empo")
    #expect(BaseCache.defaultFolder(["HOME": "/home/a", "XDG_CACHE_HOME": "/caches"]) == "/caches/empo")
    #expect(BaseCache.defaultFolder(["HOME": "/home/a", "XDG_CACHE_HOME": "relative"]) == "/home/a/.cache/empo")
    #expect(BaseCache.defaultFolder(["HOME": "/home/a", "XDG_CACHE_HOME": ""]) == "/home/a/.cache/empo")
  }
}
