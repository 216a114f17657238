import TestSupport
import Testing
import Wire

@Suite struct WeightAssemblyTests {
  private let weights = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  private func manifest(chunkBytes: UInt32, totalBytes: UInt64 = 1000) -> WeightManifest {
    WeightManifest(parameters: [], totalBytes: totalBytes, chunkBytes: chunkBytes)
  }

  private func chunks(_ manifest: WeightManifest, policyVersion: UInt32 = 3) -> [WeightChunk] {
    let frame = WeightFrame(WeightBytes(weights), policyVersion: policyVersion, manifest: manifest)
    return (0..<frame.chunkCount).map { frame.chunk($0) }
  }

  @Test("Any order makes the whole", arguments: [1, 3, 250, 333, 999, 1000, 1001, 1 << 20] as [UInt32]) func anyOrderMakesTheWhole(
    _ chunkBytes: UInt32
  ) {
    let manifest = manifest(chunkBytes: chunkBytes)
    var generator = SeededRandom(state: UInt64(chunkBytes))
    var assembly = WeightAssembly(policyVersion: 3, manifest: manifest)
    for chunk in chunks(manifest).shuffled(using: &generator) {
      #expect(assembly.bytes == nil)
      #expect(assembly.accept(chunk) == .taken)
      #expect(assembly.accept(chunk) == .repeated)
    }
    #expect(assembly.isWhole)
    #expect(assembly.missing().isEmpty)
    #expect(assembly.bytes == weights)
  }

  @Test("A frame hands its chunks on as they came") func aFrameHandsItsChunksOnAsTheyCame() throws {
    let manifest = manifest(chunkBytes: 300)
    var assembly = WeightAssembly(policyVersion: 3, manifest: manifest)
    let frame = WeightFrame(WeightBytes(weights), policyVersion: 3, manifest: manifest)
    for index in (0..<frame.chunkCount).reversed() {
      #expect(assembly.takeFrame() == nil)
      #expect(assembly.accept(frame.chunk(index)) == .taken)
    }
    let whole = try #require(assembly.takeFrame())
    for index in 0..<frame.chunkCount { #expect(whole.chunk(index) == frame.chunk(index)) }
  }

  @Test("Missing chunks are named") func missingChunksAreNamed() {
    let manifest = manifest(chunkBytes: 100)
    var assembly = WeightAssembly(policyVersion: 3, manifest: manifest)
    for chunk in chunks(manifest) where ![2, 5, 9].contains(chunk.index) { #expect(assembly.accept(chunk) == .taken) }
    #expect(assembly.missingCount == 3)
    #expect(assembly.missing() == [2, 5, 9])
    #expect(assembly.missing(limit: 2) == [2, 5])
    #expect(assembly.bytes == nil)
  }

  @Test("Damaged and foreign chunks stay missing") func damagedAndForeignChunksStayMissing() {
    let manifest = manifest(chunkBytes: 300)
    let intact = chunks(manifest)
    var assembly = WeightAssembly(policyVersion: 3, manifest: manifest)
    func rejects(_ index: Int, _ change: (inout WeightChunk) -> Void) -> Bool {
      var chunk = intact[index]
      change(&chunk)
      if case .rejected(let reason) = assembly.accept(chunk) { return !reason.isEmpty }
      return false
    }
    #expect(rejects(0) { $0.bytes = altered($0.bytes) { $0[17] ^= 1 } })
    #expect(rejects(0) { $0.digest ^= 1 })
    #expect(rejects(0) { $0.index = 3 })
    #expect(rejects(3) { $0.index = 0 })
    #expect(rejects(0) { $0.index = 4 })
    #expect(rejects(0) { $0.count = 5 })
    #expect(rejects(0) { $0.totalBytes = 1001 })
    #expect(rejects(0) { $0.bytes = altered($0.bytes) { $0.removeLast() } })
    #expect(rejects(0) { $0.bytes = WeightBytes([]) })
    #expect(assembly.accept(chunks(manifest, policyVersion: 4)[0]) == .otherVersion)
    #expect(assembly.missing() == [0, 1, 2, 3])
    for chunk in intact { #expect(assembly.accept(chunk) == .taken) }
    #expect(assembly.bytes == weights)
  }

  @Test("Memory of an earlier version is reused without its chunks") func memoryOfAnEarlierVersionIsReusedWithoutItsChunks() {
    let manifest = manifest(chunkBytes: 400)
    var assembly = WeightAssembly(policyVersion: 4, manifest: manifest, reusing: weights)
    #expect(assembly.bytes == nil)
    #expect(assembly.missingCount == 3)
    for chunk in chunks(manifest, policyVersion: 4) { _ = assembly.accept(chunk) }
    #expect(assembly.bytes == weights)
  }
}

/// Bytes of which some are changed.
func altered(_ bytes: WeightBytes, _ change: (inout [UInt8]) -> Void) -> WeightBytes {
  var copy = bytes.copy()
  change(&copy)
  return WeightBytes(copy)
}
