import Runs
import Testing

@Suite("Memory caps") struct MemoryCapTests {
  @Test(
    "A size is read in every unit and written in the largest that leaves nothing over",
    arguments: [
      ("4GB", 4_000_000_000, "4GB"), ("512MB", 512_000_000, "512MB"), ("500 mb", 500_000_000, "500MB"), ("2GiB", 2 << 30, "2GiB"),
      ("1024MiB", 1 << 30, "1GiB"), ("3kB", 3_000, "3kB"), ("1000000", 1_000_000, "1MB"), ("7", 7, "7B"), ("7b", 7, "7B"),
    ])
  func sizes(text: String, bytes: Int, written: String) throws {
    let cap = try #require(MemoryCap(text))
    #expect(cap.bytes == bytes && "\(cap)" == written)
    #expect(MemoryCap("\(cap)") == cap)
  }

  @Test(
    "None is no bound, and nothing else is read", arguments: ["", "GB", "0", "-1GB", "1.5GB", "4 gigs", "4TB", "9999999999999999999GB"])
  func others(text: String) {
    #expect(MemoryCap("none") == MemoryCap.none && MemoryCap.none.bytes == nil)
    #expect(MemoryCap(text) == nil)
  }

  @Test("A cap stands in the configuration's file as it was meant, and shapes no outcome")
  func configuration() throws {
    let plain = try RunConfiguration(yaml: "worker:\n  memory: none\n")
    let capped = try RunConfiguration(yaml: "worker:\n  memory: 1536MiB\n  nice: 19\n")
    #expect(capped.worker.memory.bytes == 1536 << 20 && capped.worker.niceness == 19)
    #expect(try RunConfiguration(yaml: capped.yaml()) == capped)
    #expect(capped.outcomeDigest == plain.outcomeDigest)
  }
}
