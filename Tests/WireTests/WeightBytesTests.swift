import Digests
import Synchronization
import Testing
import Wire

/// Memory that a policy might own, and a note of its release.
@safe private final class OwnedBuffer: Sendable {
  nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
  private let releases: Releases

  init(_ bytes: [UInt8], releases: Releases) {
    unsafe memory = .allocate(byteCount: bytes.count, alignment: 64)
    unsafe memory.copyBytes(from: bytes)
    self.releases = releases
  }

  deinit {
    unsafe memory.deallocate()
    releases.count.add(1, ordering: .relaxed)
  }

  var weights: WeightBytes? {
    guard let start = unsafe memory.baseAddress else { return nil }
    return unsafe WeightBytes(start: UnsafeRawPointer(start), count: memory.count, owner: self)
  }
}

private final class Releases: Sendable {
  let count = Atomic(0)
}

@Suite struct WeightBytesTests {
  private static let bytes: [UInt8] = (0..<100).map { UInt8($0) }

  private func owned(_ bytes: [UInt8] = Self.bytes, releases: Releases = Releases()) throws -> WeightBytes {
    try #require(OwnedBuffer(bytes, releases: releases).weights)
  }

  @Test func `Bytes of an array and bytes of an owner are read alike`() throws {
    let all = [WeightBytes(Self.bytes), WeightBytes(([7] + Self.bytes + [8])[1...100]), try owned()]
    for bytes in all {
      #expect(bytes.count == 100)
      #expect(bytes == all[0])
      #expect(bytes.array() == Self.bytes && bytes.copy() == Self.bytes)
      #expect(bytes.withSpan { xxh3($0) } == xxh3(Self.bytes))
      let middle = bytes[10..<90]
      #expect(middle.copy() == Array(Self.bytes[10..<90]))
      #expect(middle[5..<6].copy() == [15])
      #expect(bytes[100..<100].copy() == [] && bytes[0..<0] == WeightBytes([]))
      #expect(middle != bytes && bytes[0..<50] != bytes[50..<100])
    }
  }

  @Test func `An owner lives as long as anybody holds a part of its memory`() throws {
    let releases = Releases()
    var bytes: WeightBytes? = try owned(releases: releases)
    var frame = bytes.map {
      WeightFrame($0, policyVersion: 1, manifest: WeightManifest(parameters: [], totalBytes: 100, chunkBytes: 32))
    }
    var chunk = frame?.chunk(3)
    bytes = nil
    frame = nil
    #expect(releases.count.load(ordering: .relaxed) == 0)
    #expect(chunk?.isIntact == true && chunk?.bytes.copy() == [96, 97, 98, 99])
    chunk = nil
    #expect(releases.count.load(ordering: .relaxed) == 1)
  }

  @Test func `A delta between an owner's bytes is that between the same bytes of arrays`() throws {
    let manifest = WeightManifest(elementType: .bfloat16, parameters: [], totalBytes: 200_000)
    let base = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    var target = base
    for place in stride(from: 4, to: target.count, by: 1_000) { target[place] ^= 1 }
    let delta = try #require(WeightDelta.encode(try owned(target), against: try owned(base), manifest: manifest))
    #expect(delta == WeightDelta.encode(WeightBytes(target), against: WeightBytes(base), manifest: manifest))
    #expect(try WeightDelta.apply(try owned(delta), to: base, manifest: manifest) == target)
  }
}
