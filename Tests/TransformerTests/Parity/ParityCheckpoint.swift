import Foundation
import HuggingFace
import Testing

/// A checkpoint with the numbers that PyTorch computes from it: `NAME/model/` and `NAME/reference.safetensors`.
///
/// `scripts/fixtures/make_parity.py` says what each tensor is.
struct ParityCheckpoint: Sendable, CustomTestStringConvertible {
  let name: String
  let folder: URL

  var testDescription: String { name }
  var model: String { folder.appending(path: "model").path }

  /// The folder in EMPO_PARITY, or the project's own fixtures.
  static var root: URL {
    if let path = ProcessInfo.processInfo.environment["EMPO_PARITY"], !path.isEmpty { return URL(filePath: path) }
    return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/parity")
  }

  /// Every checkpoint found there.
  static let all: [ParityCheckpoint] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.sorted().compactMap { name in
      let folder = root.appending(path: name)
      let isThere = FileManager.default.fileExists(atPath: folder.appending(path: "reference.safetensors").path)
      return isThere ? ParityCheckpoint(name: name, folder: folder) : nil
    }
  }()
}

/// The reference numbers of one checkpoint. B sequences of T tokens.
struct ParityReference {
  /// [B][T]
  let tokens: [[Int32]]
  /// [B][T]: whether a token counts in the loss
  let mask: [[Bool]]
  /// [B]
  let advantages: [Double]
  /// [B·T·V]
  let logits: [Float]
  /// [B][T]
  let logProbabilities: [[Float]]
  /// [B][T]
  let oldLogProbabilities: [[Float]]
  let loss: Double
  let gradientNorm: Double
  /// [B][new]
  let greedy: [[Int32]]

  private let file: SafetensorsFile

  init(_ checkpoint: ParityCheckpoint) throws {
    let file = try SafetensorsFile(path: checkpoint.folder.appending(path: "reference.safetensors").path)
    let length = try file.entry("tokens").shape[1]
    let new = try file.entry("greedy").shape[1]
    func rows<Element>(_ values: [Element], of count: Int) -> [[Element]] {
      stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
    }
    tokens = rows(try file.integers("tokens").map { Int32($0) }, of: length)
    mask = rows(try file.floats("mask").map { $0 != 0 }, of: length)
    advantages = try file.floats("advantages").map(Double.init)
    logits = try file.floats("logits")
    logProbabilities = rows(try file.floats("logprobs"), of: length)
    oldLogProbabilities = rows(try file.floats("old_logprobs"), of: length)
    loss = Double(try file.floats("loss")[0])
    gradientNorm = Double(try file.floats("gradient_norm")[0])
    greedy = rows(try file.integers("greedy").map { Int32($0) }, of: new)
    self.file = file
  }

  func gradient(_ name: String) throws -> [Float] { try file.floats("gradient/" + name) }
  func updated(_ name: String) throws -> [Float] { try file.floats("updated/" + name) }

  /// The names that have a gradient.
  var parameterNames: [String] { file.names.filter { $0.hasPrefix("gradient/") }.map { String($0.dropFirst(9)) } }
}
