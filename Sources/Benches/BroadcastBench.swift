package import ArgumentParser
import Foundation
import Runs

/// `empo bench broadcast`: how large and how fast a policy version travels.
package struct BroadcastBench: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "broadcast", abstract: "How fast a key frame travels over loopback, and how short the delta of a step is.",
    discussion: """
      A key frame counts from the first chunk published until every chunk is verified and in place; its digests are made with the version, \
      before. The first one gets new memory, the others that of the one before, as in a worker. A delta is that of one AdamW step on \
      random bfloat16 weights. One line of JSON for each. scripts/evidence/broadcast.sh compares with plain libzmq.
      """)

  /// The command as it is without arguments.
  package init() {}

  @Option(help: ArgumentHelp("Bytes of a key frame; 0 leaves it out.", valueName: "N"), transform: Bounds.integer(0...1 << 36))
  var bytes = 1 << 28

  @Option(help: ArgumentHelp("Key frames, one after the other.", valueName: "N"), transform: Bounds.integer(2...1_000))
  var rounds = 6

  @Option(
    help: ArgumentHelp("Elements of the weights that a delta is made of; 0 leaves it out.", valueName: "N"),
    transform: Bounds.integer(0...1 << 35))
  var elements = 1 << 24

  @Option(
    help: ArgumentHelp("The learning rate of the step that a delta is made of.", valueName: "LR"),
    transform: Bounds.number("a number from 0 to 1") { 0...1 ~= $0 })
  var learningRate: Float = 1e-6

  private struct KeyFrameResult: Encodable {
    var bench = "broadcast"
    var key_frame_bytes: Int
    var first_mb_per_s: Double
    /// The median of the rounds after the first.
    var mb_per_s: Double
    /// Of all threads; again the median.
    var cpu_s_per_gb: Double
  }

  private struct DeltaResult: Encodable {
    var bench = "broadcast"
    var elements: Int
    var learning_rate: Double
    var changed_share: Double
    var delta_bytes: Int
    /// Of the key frame.
    var delta_share: Double
    var encode_mb_per_s: Double
    var apply_mb_per_s: Double
    var apply_again_mb_per_s: Double
    /// Whether the delta gives the key frame to the last bit; the command fails otherwise.
    var identical = true
  }

  package func run() throws {
    if bytes > 0 { try measureKeyFrame() }
    if elements > 0 { try measureDelta() }
  }

  private func measureKeyFrame() throws {
    let costs = try KeyFrameBroadcast(bytes: bytes, rounds: rounds).run()
    let later = costs.dropFirst()
    let result = KeyFrameResult(
      key_frame_bytes: bytes, first_mb_per_s: Self.rate(bytes, costs[0].seconds),
      mb_per_s: Self.rate(bytes, Self.median(later.map(\.seconds))),
      cpu_s_per_gb: Self.median(later.map(\.processorSeconds)) / Double(bytes) * 1e9)
    Console.error.line("key frame of \(bytes) bytes: \(result.mb_per_s) MB/s, the first \(result.first_mb_per_s) MB/s")
    try BenchHost.printLine(result)
  }

  private func measureDelta() throws {
    let found = try DeltaMeasure(elements: elements, learningRate: learningRate).run()
    let whole = 2 * elements
    let result = DeltaResult(
      elements: elements, learning_rate: Double(learningRate), changed_share: found.changedShare, delta_bytes: found.deltaBytes,
      delta_share: Double(found.deltaBytes) / Double(whole), encode_mb_per_s: Self.rate(whole, found.encodeSeconds),
      apply_mb_per_s: Self.rate(whole, found.applySeconds), apply_again_mb_per_s: Self.rate(whole, found.applyAgainSeconds))
    Console.error.line("delta of \(elements) elements: \(found.deltaBytes) bytes of \(whole)")
    try BenchHost.printLine(result)
  }

  private static func rate(_ bytes: Int, _ seconds: Double) -> Double { (Double(bytes) / seconds / 1e6).rounded() }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
