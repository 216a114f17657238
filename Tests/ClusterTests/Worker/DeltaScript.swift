import Cluster
import EMPO
import TestSupport
import Wire

/// Versions of which each differs little from the one before, and a learner's stock of them.
struct DeltaStock {
  static let manifest = WeightManifest(
    elementType: .bfloat16, parameters: [.init(name: "w", shape: [400], offset: 0)], totalBytes: 800, chunkBytes: 16)

  /// The weights of each version, from 0 on.
  let versions: [[UInt8]]
  private(set) var published = PublishedWeights(manifest: manifest)

  /// - Parameters:
  ///   - share: How many of a thousand elements change from one version to the next.
  ///   - isNewEachTime: Whether every version is random altogether, so that there are no deltas.
  ///   - retained: How many of the newest versions are still handed out.
  init(count: Int = 6, share: Int = 30, isNewEachTime: Bool = false, retained: Int = 2, seed: UInt64 = 1) {
    var random = SeededRandom(seed: seed)
    var weights = (0..<800).map { _ in UInt8.random(in: 0...255, using: &random) }
    var versions = [weights]
    published.add(WeightFrame(WeightBytes(weights), policyVersion: 0, manifest: Self.manifest), delta: nil)
    for version in 1..<count {
      let last = weights
      if isNewEachTime {
        weights = weights.map { _ in UInt8.random(in: 0...255, using: &random) }
      } else {
        for element in 0..<400 where Int.random(in: 0..<1000, using: &random) < share { weights[2 * element] ^= 1 }
      }
      versions.append(weights)
      let delta = WeightDelta.encode(WeightBytes(weights), against: WeightBytes(last), manifest: Self.manifest)
      published.add(
        WeightFrame(WeightBytes(weights), policyVersion: UInt32(version), manifest: Self.manifest),
        delta: delta.map {
          WeightFrame(WeightBytes($0), policyVersion: UInt32(version), base: UInt32(version - 1), manifest: Self.manifest)
        })
    }
    published.release(below: UInt32(max(0, count - retained)))
    self.versions = versions
  }

  func chunks(of frame: WeightFrame) -> [WeightChunk] {
    (0..<frame.chunkCount).map { frame.chunk($0) }
  }

  /// What is broadcast when a version is published.
  func broadcast(_ version: Int) -> [WeightChunk] {
    let last =
      version > 0
      ? WeightDelta.encode(WeightBytes(versions[version]), against: WeightBytes(versions[version - 1]), manifest: Self.manifest) : nil
    guard let last else { return keyFrame(version) }
    return chunks(of: WeightFrame(WeightBytes(last), policyVersion: UInt32(version), base: UInt32(version - 1), manifest: Self.manifest))
  }

  func keyFrame(_ version: Int) -> [WeightChunk] {
    chunks(of: WeightFrame(WeightBytes(versions[version]), policyVersion: UInt32(version), manifest: Self.manifest))
  }

  static func welcome(version: UInt32) -> LearnerMessage {
    .welcome(
      Welcome(
        incarnation: 1, run: "run", heartbeatMilliseconds: 1_000, leaseMilliseconds: 5_000, publisher: "inproc",
        policyVersion: version, manifest: manifest, files: [], timeOfDay: 0))
  }
}

extension WorkerScript {
  /// Starts, and is welcomed to a run whose versions differ little.
  mutating func join(_ stock: DeltaStock, version: UInt32) {
    _ = on(.start)
    _ = hear(DeltaStock.welcome(version: version))
  }

  /// Starts, and samples from a version that it has got whole.
  mutating func join(_ stock: DeltaStock, sampling version: Int) {
    join(stock, version: UInt32(version))
    for chunk in stock.keyFrame(version) { _ = on(.broadcast(chunk)) }
    _ = hearTask(step: UInt32(version) + 1, slot: 0, version: UInt32(version), lease: 1)
  }

  /// Answers requests, and those that follow, until there are no more.
  ///
  /// - Returns: All actions, those given among them, and the chunks that were sent.
  mutating func serve(_ actions: [WorkerMachine.Action], from stock: DeltaStock) -> (actions: [WorkerMachine.Action], chunks: [WeightChunk])
  {
    var all = actions
    var sent: [WeightChunk] = []
    var unread = 0
    while unread < all.count {
      defer { unread += 1 }
      guard case .send(.weightsRequest(let version, let base, let chunks)) = all[unread],
        let frame = stock.published.frame(towards: version, from: base)
      else { continue }
      for index in chunks where Int(index) < frame.chunkCount {
        let chunk = frame.chunk(Int(index))
        sent.append(chunk)
        all += hear(.weights(chunk))
      }
    }
    return (all, sent)
  }
}

extension [WorkerMachine.Action] {
  /// The bytes handed to the sampler.
  var loadedBytes: [[UInt8]] {
    compactMap { action in
      if case .load(_, let bytes) = action { bytes } else { nil }
    }
  }

  var bases: [UInt32?] {
    sent.compactMap { message in
      if case .weightsRequest(_, let base, _) = message { .some(base) } else { nil }
    }
  }

  var droppedDeltas: [UInt32] {
    compactMap { action in
      if case .notify(.deltaDropped(let version, _)) = action { version } else { nil }
    }
  }
}
