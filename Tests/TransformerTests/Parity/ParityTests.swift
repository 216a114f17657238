import Foundation
import HuggingFace
import NumericTestSupport
import Tensors
import Testing
import Transformer

/// The decoder against PyTorch in float32, on every checkpoint of the folder that EMPO_PARITY names.
@Suite(.serialized)
struct ParityTests {
  /// Log-probabilities and logits: absolute. Both sides round each of a few hundred terms to 2⁻²⁴ of logits of order 1 to 10.
  static let logitTolerance = 1e-4
  /// A gradient tensor: relative, by its norm.
  static let gradientTolerance = 1e-4
  /// A tensor after one AdamW step: relative, by its norm, over the values whose gradient decides the step's sign.
  static let parameterTolerance = 1e-4
  /// Below this a gradient is near AdamW's epsilon of 10⁻⁸, where rounding decides the first step, rate · g / (|g| + epsilon).
  static let decisiveGradient: Float = 1e-6
  /// A tensor's change in one AdamW step of the reference's own gradients: relative, by norm. Rounding of the parameters is 10⁻⁴
  /// of a change of 10⁻³; decay of a wrong tensor or a wrong beta is 10⁻³ at least.
  static let changeTolerance = 5e-4

  @Test func `There are checkpoints to compare with`() {
    #expect(!ParityCheckpoint.all.isEmpty, "no NAME/reference.safetensors in \(ParityCheckpoint.root.path)")
  }

  @Test(arguments: ParityCheckpoint.all)
  func `A checkpoint computes what PyTorch computes`(_ checkpoint: ParityCheckpoint) throws {
    let reference = try ParityReference(checkpoint)
    let parameters = try Parameters(folder: checkpoint.model)
    let longest = reference.tokens[0].count + reference.greedy[0].count
    let decoder = Decoder(parameters, positions: longest, lanes: Lanes(count: 2))
    #expect(
      Set(reference.parameterNames) == Set(parameters.layout.entries.map(\.name)), "\(checkpoint.name): other parameters than PyTorch's")

    var report = ParityReport(checkpoint: checkpoint.name)
    report.check("logits", logitError(decoder, reference), within: Self.logitTolerance)
    checkGreedy(decoder, reference, checkpoint)

    let pass = TrainingPass(decoder)
    let policy = pass.forward(reference.tokens.map { TrainingGroup(tokens: $0) }).logProbabilities
    let expected = reference.logProbabilities.flatMap { $0.dropFirst() }
    report.check("log-probabilities", largestDifference(policy, expected), within: Self.logitTolerance)
    let loss = ClippedLoss(policy, reference)
    report.check("loss", abs(loss.value - reference.loss), within: Self.logitTolerance)

    let gradients = pass.gradients(
      reference.tokens.map { TrainingGroup(tokens: $0) }, of: parameters, coefficients: loss.coefficients)
    for entry in parameters.layout.entries {
      let error = relativeError(gradients.values(entry), try reference.gradient(entry.name))
      report.check("gradient of " + entry.name, error, within: Self.gradientTolerance, group: "gradients")
    }
    let norm = ParameterLoops.squareSum(gradients.storage, lanes: decoder.lanes).squareRoot()
    report.check("gradient norm", abs(norm / reference.gradientNorm - 1), within: Self.gradientTolerance)

    let start = parameters.copy()
    let scale = Float(min(1, 1 / (norm + 1e-6)))
    update(parameters, gradients, scale: scale, lanes: decoder.lanes)
    let stepped = start.copy()
    update(stepped, try referenceGradients(reference, like: gradients), scale: scale, lanes: decoder.lanes)
    for entry in parameters.layout.entries {
      let expected = try reference.updated(entry.name)
      let isDecisive = try reference.gradient(entry.name).map { abs($0) * scale >= Self.decisiveGradient }
      let error = relativeError(pick(parameters.values(entry), isDecisive), pick(expected, isDecisive))
      report.check("updated " + entry.name, error, within: Self.parameterTolerance, group: "updated parameters")
      let before = start.values(entry)
      let change = relativeError(subtract(stepped.values(entry), before), subtract(expected, before))
      report.check("AdamW's change of " + entry.name, change, within: Self.changeTolerance, group: "AdamW")
    }
    print(report.summary)
  }

  /// Every position's logits, one token at a time through the cache.
  private func logitError(_ decoder: Decoder, _ reference: ParityReference) -> Double {
    let count = reference.tokens.count
    let length = reference.tokens[0].count
    let V = decoder.configuration.vocabularySize
    let pass = InferencePass(decoder, rows: count, sequences: count, blocks: count * InferencePass.blocks(for: length))
    var sequences = [InferencePass.Sequence](repeating: .init(), count: count)
    var error = 0.0
    for position in 0..<length {
      for row in 0..<count { pass.append([reference.tokens[row][position]], to: &sequences[row]) }
      let logits = pass.run()
      for row in 0..<count {
        let start = (row * length + position) * V
        error = max(error, largestDifference(logits.array(row: row), Array(reference.logits[start..<start + V])))
      }
    }
    return error
  }

  /// The most probable continuation of each row's first 8 tokens, with the prompt computed in one call.
  private func checkGreedy(_ decoder: Decoder, _ reference: ParityReference, _ checkpoint: ParityCheckpoint) {
    let count = reference.tokens.count
    let new = reference.greedy[0].count
    let pass = InferencePass(decoder, rows: 8 * count, sequences: count, blocks: count * InferencePass.blocks(for: 8 + new))
    var sequences = [InferencePass.Sequence](repeating: .init(), count: count)
    var next = reference.tokens.map { Array($0.prefix(8)) }
    var found = [[Int32]](repeating: [], count: count)
    for _ in 0..<new {
      for row in 0..<count { pass.append(next[row], to: &sequences[row]) }
      let zeros = [Float](repeating: 0, count: count)
      let tokens = Softmax.sample(pass.run(), temperatures: zeros, uniforms: zeros, lanes: decoder.lanes)
      for row in 0..<count { found[row].append(tokens[row]) }
      next = tokens.map { [$0] }
    }
    for row in 0..<count {
      #expect(found[row] == reference.greedy[row], "\(checkpoint.name): greedy tokens of row \(row)")
    }
  }

  /// One AdamW step as the reference takes it.
  private func update(_ parameters: Parameters, _ gradients: Parameters, scale: Float, lanes: Lanes) {
    let first = FloatStorage(count: parameters.layout.count)
    let second = FloatStorage(count: parameters.layout.count)
    let step = AdamWStep(count: 1, rate: 1e-3, beta1: 0.9, beta2: 0.95, epsilon: 1e-8)
    for entry in parameters.layout.entries {
      ParameterLoops.adamW(
        parameters.storage, first: first, second: second, gradients: gradients.storage, range: entry.range,
        scale: scale, step: step, decay: entry.isMatrix ? 0.1 : 0, lanes: lanes)
    }
  }

  private func referenceGradients(_ reference: ParityReference, like gradients: Parameters) throws -> Parameters {
    let copy = Parameters(gradients.configuration)
    for entry in copy.layout.entries {
      let values = try reference.gradient(entry.name)
      copy.storage.withMutableSpan(entry.range) { span in
        for index in span.indices { span[index] = values[index] }
      }
    }
    return copy
  }

  private func pick(_ values: [Float], _ isWanted: [Bool]) -> [Float] { zip(values, isWanted).filter(\.1).map(\.0) }

  private func subtract(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 - $1 } }

  private func largestDifference(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
  }

  /// ‖a − b‖ / ‖b‖
  private func relativeError(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    let difference = zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    let size = b.reduce(0) { $0 + Double($1) * Double($1) }
    return size > 0 ? (difference / size).squareRoot() : difference.squareRoot()
  }
}

/// What was compared, and the largest error of each kind.
private struct ParityReport {
  let checkpoint: String
  private var largest: [(group: String, tensor: String, error: Double)] = []

  init(checkpoint: String) { self.checkpoint = checkpoint }

  mutating func check(_ tensor: String, _ error: Double, within tolerance: Double, group: String? = nil) {
    // A NaN is within nothing.
    #expect(error <= tolerance, "\(checkpoint): \(tensor) is off by \(error), at most \(tolerance) expected")
    let group = group ?? tensor
    guard let index = largest.firstIndex(where: { $0.group == group }) else { return largest.append((group, tensor, error)) }
    if error > largest[index].error { largest[index] = (group, tensor, error) }
  }

  var summary: String {
    let parts = largest.map { item in
      let figure = item.error.formatted(.number.notation(.scientific).precision(.significantDigits(2)))
      return item.group == item.tensor ? "\(item.group) \(figure)" : "\(item.group) \(figure) (\(item.tensor))"
    }
    return "parity \(checkpoint): " + parts.joined(separator: ", ")
  }
}
