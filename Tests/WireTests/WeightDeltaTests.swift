import Foundation
import TestSupport
import Testing
import Wire

/// Two versions of a few tensors, and how they may differ.
private struct Versions {
  var manifest: WeightManifest
  var base: [UInt8]
  var target: [UInt8]

  /// - Parameter change: What becomes of an element's bits.
  init(
    _ type: WeightManifest.ElementType, shapes: [[UInt32]], seed: UInt64, change: (UInt32, inout SeededRandom) -> UInt32
  ) {
    var random = SeededRandom(state: seed)
    var parameters: [WeightManifest.Parameter] = []
    (base, target) = ([], [])
    for (index, shape) in shapes.enumerated() {
      parameters.append(.init(name: "tensor \(index)", shape: shape, offset: UInt64(base.count)))
      for _ in 0..<shape.reduce(1, { $0 * $1 }) {
        let bits = UInt32(truncatingIfNeeded: random.next())
        let changed = change(bits, &random)
        for byte in 0..<UInt32(type.bytes) {
          base.append(UInt8(truncatingIfNeeded: bits >> (8 * byte)))
          target.append(UInt8(truncatingIfNeeded: changed >> (8 * byte)))
        }
      }
    }
    manifest = WeightManifest(elementType: type, parameters: parameters, totalBytes: UInt64(base.count), chunkBytes: 1 << 10)
  }

  static func few(_ type: WeightManifest.ElementType = .bfloat16, share: Double = 0.04, elements: UInt32 = 70_000) -> Versions {
    Versions(type, shapes: [[elements], [0, 7], [3, 5], []], seed: 1) { bits, random in
      Double.random(in: 0..<1, using: &random) < share ? bits &+ (Bool.random(using: &random) ? 1 : ~0) : bits
    }
  }
}

@Suite struct WeightDeltaTests {
  private func expectMade(_ versions: Versions) throws -> Int? {
    guard let delta = WeightDelta.encode(WeightBytes(versions.target), against: WeightBytes(versions.base), manifest: versions.manifest)
    else { return nil }
    #expect(delta.count < versions.target.count)
    #expect(try WeightDelta.apply(WeightBytes(delta), to: versions.base, manifest: versions.manifest) == versions.target)
    let spare = [UInt8](repeating: 7, count: versions.base.count)
    #expect(try WeightDelta.apply(WeightBytes(delta), to: versions.base, manifest: versions.manifest, reusing: spare) == versions.target)
    return delta.count
  }

  @Test("Whatever share changes the result is the same", arguments: WeightManifest.ElementType.allCases, [0, 0.0001, 0.01, 0.04, 0.3, 1])
  func whateverShareChangesTheResultIsTheSame(_ type: WeightManifest.ElementType, share: Double) throws {
    let versions = Versions.few(type, share: share)
    let bytes = try #require(try expectMade(versions))
    // Entropy of where, one bit of which way, and what a block, four digests and rounding cost.
    let elements = Double(versions.target.count / type.bytes)
    let whether = share == 0 || share == 1 ? 0 : -share * log2(share) - (1 - share) * log2(1 - share)
    #expect(Double(bytes) < (1.1 * whether + 2.6 * share) * elements / 8 + 64)
  }

  @Test("Any change of any shape is lossless", arguments: 0..<30 as Range<UInt64>)
  func anyChangeOfAnyShapeIsLossless(seed: UInt64) throws {
    var random = SeededRandom(state: seed)
    let type: WeightManifest.ElementType = Bool.random(using: &random) ? .bfloat16 : .float32
    let shapes = (0..<Int.random(in: 1...5, using: &random)).map { _ in [UInt32.random(in: 0...30_000, using: &random)] } + [[40]]
    let share = Double.random(in: 0...0.3, using: &random)
    let reach = UInt32(1) << UInt32.random(in: 0...31, using: &random)
    let versions = Versions(type, shapes: shapes, seed: seed) { bits, random in
      Double.random(in: 0..<1, using: &random) < share ? bits &+ UInt32.random(in: 0...reach, using: &random) : bits
    }
    _ = try expectMade(versions)
  }

  @Test("Bits of na n and infinity travel like any other") func bitsOfNaNAndInfinityTravelLikeAnyOther() throws {
    let special: [UInt32] = [0x7fc0, 0xffc1, 0x7f80, 0xff80, 0, 0x8000, 0xffff, 0x7fff]
    let versions = Versions(.bfloat16, shapes: [[512]], seed: 3) { bits, random in
      bits % 16 == 0 ? special[Int.random(in: 0..<8, using: &random)] : bits
    }
    #expect(try expectMade(versions) != nil)
  }

  @Test("A delta that would be no shorter is not made") func aDeltaThatWouldBeNoShorterIsNotMade() {
    let versions = Versions(.bfloat16, shapes: [[70_000]], seed: 4) { _, random in UInt32(truncatingIfNeeded: random.next()) }
    #expect(WeightDelta.encode(WeightBytes(versions.target), against: WeightBytes(versions.base), manifest: versions.manifest) == nil)
    // So few elements that their digest is longer.
    let tiny = Versions(.bfloat16, shapes: [[4]], seed: 4) { bits, _ in bits }
    #expect(WeightDelta.encode(WeightBytes(tiny.target), against: WeightBytes(tiny.base), manifest: tiny.manifest) == nil)
  }

  @Test("Another base is noticed and the tensor named") func anotherBaseIsNoticedAndTheTensorNamed() throws {
    let versions = Versions.few()
    let delta = try #require(
      WeightDelta.encode(WeightBytes(versions.target), against: WeightBytes(versions.base), manifest: versions.manifest))
    for place in [0, 100_001, versions.base.count - 1] {
      var other = versions.base
      other[place] ^= 1
      let error = #expect(throws: WireError.self) { try WeightDelta.apply(WeightBytes(delta), to: other, manifest: versions.manifest) }
      #expect(error?.code == .malformed)
      let name = place < 140_000 ? "tensor 0" : "tensor 3"
      #expect(error?.message.contains("\(name) does not match its digest") == true, "\(error?.message ?? "")")
    }
    #expect(throws: WireError.self) {
      try WeightDelta.apply(WeightBytes(delta), to: Array(versions.base.dropLast(2)), manifest: versions.manifest)
    }
  }

  @Test("Every truncation and every flipped bit is refused") func everyTruncationAndEveryFlippedBitIsRefused() throws {
    let versions = Versions.few(elements: 300)
    let delta = try #require(
      WeightDelta.encode(WeightBytes(versions.target), against: WeightBytes(versions.base), manifest: versions.manifest))
    func apply(_ delta: [UInt8]) throws { _ = try WeightDelta.apply(WeightBytes(delta), to: versions.base, manifest: versions.manifest) }
    for count in 0..<delta.count { #expect(throws: WireError.self) { try apply(Array(delta.prefix(count))) } }
    #expect(throws: WireError.self) { try apply(delta + [0]) }
    for bit in 0..<8 * delta.count {
      var damaged = delta
      damaged[bit / 8] ^= 1 << (bit % 8)
      // Bits that only fill the last byte mean nothing; whatever is taken is the right version.
      if let result = try? WeightDelta.apply(WeightBytes(damaged), to: versions.base, manifest: versions.manifest) {
        #expect(result == versions.target)
      }
    }
  }

  private static let hostile: [(String, [UInt8], String)] = [
    ("nothing", [], "expected a digest"),
    ("more changes than elements", [33, 0, 0], "changes 33 of 32"),
    ("a count without an end", [0xff, 0xff, 0xff, 0xff], "changes 2097151 of 32"),
    ("no parameters", [1], "ends after"),
    ("a gap's parameter beyond its width", [1, 16, 0, 1], "codes of 16"),
    ("a value's parameter beyond its width", [1, 0, 16, 1], "codes of 0 and 16"),
    ("an element behind the last", [1, 15, 0, 0xff, 0xff, 0xff], "names element"),
    ("an element behind the last, in full", [1, 0, 0, 0, 0, 0, 0xff, 0xff, 1], "names element"),
    ("a change that is none", [1, 0, 0, 1, 0, 0, 0xfe, 0xff, 0x01], "a change that is none"),
    ("codes that never end", [32, 0, 0], "ends after"),
    ("a second block", [0, 0], "1 bytes follow"),
  ]

  @Test("What a delta claims is bounded by the manifest", arguments: hostile.indices)
  func whatADeltaClaimsIsBoundedByTheManifest(index: Int) {
    let (name, blocks, says) = Self.hostile[index]
    let manifest = WeightManifest(elementType: .bfloat16, parameters: [], totalBytes: 64)
    let delta = blocks.isEmpty ? [] : [UInt8](repeating: 0, count: 8) + blocks
    let error = #expect(throws: WireError.self) {
      try WeightDelta.apply(WeightBytes(delta), to: [UInt8](repeating: 0, count: 64), manifest: manifest)
    }
    #expect(error?.code == .malformed)
    #expect(error?.message.contains(says) == true, "\(name): \(error?.message ?? "")")
  }

  @Test("Noise never traps") func noiseNeverTraps() {
    var random = SeededRandom(state: 9)
    let versions = Versions.few(.float32, elements: 200)
    for _ in 0..<3_000 {
      let noise = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(throws: WireError.self) {
        try WeightDelta.apply(WeightBytes([UInt8](repeating: 0, count: 24) + noise), to: versions.base, manifest: versions.manifest)
      }
    }
  }

  private struct Vector: Decodable {
    var name: String
    var width: Int
    var offsets: [UInt64]
    var base: String
    var target: String
    var delta: String
  }

  /// proto/deltas.json was made by scripts/checks/wire_client.py, so that two implementations meet in it.
  @Test("Golden deltas are read and rewritten") func goldenDeltasAreReadAndRewritten() throws {
    func bytes(_ digits: String) -> [UInt8] {
      stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(digits.dropFirst($0).prefix(2), radix: 16) }
    }
    let vectors = try JSONDecoder().decode(
      [Vector].self, from: Data(contentsOf: repository.appending(path: "proto/deltas.json")))
    #expect(vectors.count >= 4)
    for vector in vectors {
      let (base, target, delta) = (bytes(vector.base), bytes(vector.target), bytes(vector.delta))
      let manifest = WeightManifest(
        elementType: vector.width == 2 ? .bfloat16 : .float32,
        parameters: vector.offsets.map { .init(name: "t", shape: [], offset: $0) }, totalBytes: UInt64(base.count))
      #expect(try WeightDelta.apply(WeightBytes(delta), to: base, manifest: manifest) == target, "\(vector.name)")
      let made = WeightDelta.encode(WeightBytes(target), against: WeightBytes(base), manifest: manifest)
      #expect(made == (delta.count < target.count ? delta : nil), "\(vector.name)")
    }
  }
}

@Suite struct DeltaAssemblyTests {
  private let manifest = WeightManifest(parameters: [], totalBytes: 1000, chunkBytes: 100)
  private let frame = (0..<450).map { UInt8(truncatingIfNeeded: $0) }

  private func chunk(_ index: Int, base: UInt32? = 2) -> WeightChunk {
    WeightFrame(WeightBytes(frame), policyVersion: 3, base: base, manifest: manifest).chunk(index)
  }

  @Test("Chunks of a delta make it in any order") func chunksOfADeltaMakeItInAnyOrder() throws {
    var assembly = try #require(WeightAssembly(ofDelta: chunk(3), manifest: manifest))
    #expect(assembly.count == 5)
    for index in [4, 0, 2, 3] { #expect(assembly.accept(chunk(index)) == .taken) }
    #expect(assembly.missing() == [1])
    #expect(assembly.accept(chunk(1, base: 1)) == .otherVersion)
    #expect(assembly.accept(chunk(1)) == .taken)
    #expect(assembly.bytes == frame)
  }

  @Test("A delta as long as a key frame takes no memory") func aDeltaAsLongAsAKeyFrameTakesNoMemory() {
    var chunk = chunk(0)
    for bytes in [0, 1000, 1 << 40, .max] as [UInt64] {
      chunk.totalBytes = bytes
      #expect(WeightAssembly(ofDelta: chunk, manifest: manifest) == nil)
    }
    chunk.totalBytes = 450
    chunk.base = nil
    #expect(WeightAssembly(ofDelta: chunk, manifest: manifest) == nil)
  }
}
