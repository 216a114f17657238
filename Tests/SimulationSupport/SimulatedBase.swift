import Cluster
import TestSupport
package import Wire

/// Base weights in memory.
package struct SimulatedBase: BaseWeights {
  /// What they should be. Their digest is a name: what was fetched is compared with ``right`` itself.
  package static let described = BaseDescription(
    manifest: WeightManifest(
      elementType: .bfloat16, parameters: [.init(name: "b", shape: [13, 12], offset: 0)], totalBytes: 312, chunkBytes: 32),
    sha256: String(repeating: "b", count: 64))

  /// Their bytes.
  package static let right: [UInt8] = (0..<312).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }

  package let baseDescription = Self.described
  package let all: [UInt8]

  /// Creates base weights, by default the right ones.
  package init(_ all: [UInt8] = Self.right) { self.all = all }

  package func bytes(_ range: Range<Int>) -> WeightBytes { WeightBytes(all[range]) }
}

/// A process' share in base weights: what dies with it.
struct BaseDesk {
  /// What is fetched; nil where nothing is.
  var transfer: [UInt8]?

  /// The weights that were found.
  var found: SimulatedBase?

  /// When its thread has done what it was asked.
  var freeAt: Milliseconds = 0
}

extension Cluster {
  /// Where a thread for base weights runs.
  enum BaseSeat: Sendable {
    case worker(Int, life: Int)
    case relay(Int, life: Int)
  }

  /// How many hosts there are: two workers share one, and relays have their own.
  static func hostCount(_ scenario: Scenario) -> Int { (scenario.workers + 1) / 2 + scenario.relays }

  private func host(of seat: BaseSeat) -> Int {
    switch seat {
    case .worker(let index, _): index / 2
    case .relay(let index, _): (workers.count + 1) / 2 + index
    }
  }

  /// The desk of a process that still lives.
  private subscript(seat: BaseSeat) -> BaseDesk? {
    get {
      switch seat {
      case .worker(let index, let life): workers[index].process.flatMap { $0.life == life ? $0.desk : nil }
      case .relay(let index, let life): relays[index].process.flatMap { $0.life == life ? $0.desk : nil }
      }
    }
    set {
      guard let newValue, self[seat] != nil else { return }
      switch seat {
      case .worker(let index, _): workers[index].process?.desk = newValue
      case .relay(let index, _): relays[index].process?.desk = newValue
      }
    }
  }

  /// Has a thread for base weights do something, after what it was asked before.
  func order(_ order: BaseOrder, at seat: BaseSeat) {
    guard let desk = self[seat] else { return }
    if !scenario.hasBase { violate("base weights are looked for in a run without any") }
    let time = max(now, desk.freeAt) + random.within(0...20)
    self[seat]?.freeAt = time
    agenda.plan(.baseOrder(order, seat), at: time)
  }

  /// A thread for base weights does what it was asked, and says what came of it.
  func obey(_ order: BaseOrder, at seat: BaseSeat) {
    guard self[seat] != nil, !isStalled(seat, order), let event = outcome(of: order, at: seat) else { return }
    if case .failed = event { tally.count(.baseDiskFailed) }
    switch seat {
    case .worker(let index, _):
      if case .failed = event { workers[index].mayFail = true }
      tellWorker(index, .base(event))
    case .relay(let index, _):
      if case .failed = event { relays[index].mayFail = true }
      tellRelay(index, .base(event))
    }
  }

  private func isStalled(_ seat: BaseSeat, _ order: BaseOrder) -> Bool {
    switch seat {
    case .worker(let index, _): isStalled(index, .baseOrder(order, seat))
    case .relay(let index, _): isRelayStalled(index, .baseOrder(order, seat))
    }
  }

  private func outcome(of order: BaseOrder, at seat: BaseSeat) -> BaseEvent? {
    let sha256 = SimulatedBase.described.sha256
    switch order {
    case .find:
      guard let kept = hosts[host(of: seat)] else { return .missing(sha256: sha256) }
      tally.count(.baseFoundOnTheHost)
      return keep(kept, at: seat)
    case .begin:
      self[seat]?.transfer = [UInt8](repeating: 0, count: SimulatedBase.right.count)
      return nil
    case .write(let chunk, let base):
      if !isCalm, random.happens(scenario.baseTrouble / 8) { return .failed(reason: "no space for base weights") }
      let range = base.manifest.range(ofChunk: Int(chunk.index))
      self[seat]?.transfer?.replaceSubrange(range, with: chunk.bytes.array())
      return .written(chunk: chunk.index, sha256: sha256)
    case .finish:
      let fetched = self[seat]?.transfer ?? []
      self[seat]?.transfer = nil
      guard fetched == SimulatedBase.right || bug == .trustsWhatItFetched else { return .damaged(found: "other", sha256: sha256) }
      tally.count(.baseFetched)
      hosts[host(of: seat)] = fetched
      return keep(fetched, at: seat)
    }
  }

  private func keep(_ bytes: [UInt8], at seat: BaseSeat) -> BaseEvent {
    let base = SimulatedBase(bytes)
    self[seat]?.found = base
    return .found(LocalBase(place: .file("base"), weights: base))
  }

  /// The chunks of base weights that leave a learner or a relay whose memory flips bits now and then: after their digest is made, or before.
  func baseChunks(_ asked: [UInt32], of base: SimulatedBase, to peer: Peer) -> [WeightChunk] {
    let count = base.baseDescription.manifest.chunkCount
    let wanted = asked.isEmpty ? Array(0..<UInt32(count)) : asked.filter { $0 < UInt32(count) }
    return wanted.map { index in
      guard !isCalm, scenario.baseTrouble > 0, random.happens(scenario.baseTrouble) else { return base.chunk(Int(index)) }
      var bytes = base.all
      bytes[base.baseDescription.manifest.range(ofChunk: Int(index)).lowerBound] ^= 1 << UInt8(random.below(8))
      var chunk = SimulatedBase(bytes).chunk(Int(index))
      if random.happens(0.5) {
        tally.count(.baseChunkDamaged)
        chunk.digest = base.chunk(Int(index)).digest
      } else {
        tally.count(.baseChunkForged)
        // After three such transfers it gives up.
        for worker in workers.indices where workers[worker].peer == peer { workers[worker].mayFail = true }
        for relay in relays.indices where relays[relay].peer == peer { relays[relay].mayFail = true }
      }
      return chunk
    }
  }
}
