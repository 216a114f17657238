import EMPO
import NumericTestSupport
import Testing
import Training

@Suite struct PackingTests {
  /// What gradients that are summed in another order may differ by, relative by norm. Each value is a sum over some thirty float32 rows,
  /// and every partial sum is rounded by 2⁻²⁴, so orders differ by about 10⁻⁷, or 10⁻⁶ where terms cancel. One response lost, doubled or
  /// weighed by its micro-batch instead of the whole batch gives 10⁻² at least.
  static let gradientTolerance = 1e-6

  /// What losses in double precision may differ by: some ten sums of terms of order 1.
  static let lossTolerance = 1e-14

  private struct Update {
    var report: UpdateReport
    var gradient: [Float]
    var state: TrainerState
  }

  private func update(_ groups: [PromptedGroup], microBatchTokens: Int, lanes: Int = 1) throws -> Update {
    let trainer = try UpdateFixture.trainer(
      objective: ObjectiveOptions(klWeight: 0.1), microBatchTokens: microBatchTokens, lanes: lanes)
    let report = try trainer.update(step: 0, groups: groups)
    return Update(report: report, gradient: UpdateFixture.gradient(of: trainer), state: TrainerState(trainer))
  }

  @Test(
    "Micro-batches of one response, of 7 rows and of a group give one gradient, but for the order of its sums",
    arguments: [1, 7, UpdateFixture.rowsPerGroup])
  func microBatchesAgree(tokens: Int) throws {
    let groups = try UpdateFixture.groups(3)
    let whole = try update(groups, microBatchTokens: 10_000)
    let parts = try update(groups, microBatchTokens: tokens)
    let error = GradientCheck.relativeError(parts.gradient, whole.gradient.map(Double.init))
    #expect(error <= Self.gradientTolerance)
    #expect(abs(parts.report.gradientNorm / whole.report.gradientNorm - 1) <= Self.gradientTolerance)
    #expect(abs(parts.report.loss - whole.report.loss) <= Self.lossTolerance)
    // A row's log-probability does not depend on its batch, so whatever is summed response by response is the same to the bit.
    var same = parts.report
    same.loss = whole.report.loss
    same.gradientNorm = whole.report.gradientNorm
    same.seconds = whole.report.seconds
    // A prompt is computed once in each part of its group.
    #expect(same.processedTokens >= whole.report.processedTokens)
    same.processedTokens = whole.report.processedTokens
    #expect(same == whole.report)
    #expect(whole.report.trainedTokens == 3 * UpdateFixture.lengths.reduce(0, +))
    #expect(whole.report.processedTokens == 3 * UpdateFixture.rowsPerGroup)
    // The cut is one: had it none, the sums would be the same bits.
    #expect(parts.state != whole.state)
  }

  @Test(
    "Bounds that cut the batch at the same places give the same bits",
    arguments: [(1, 3), (8, 15), (24, 25), (24, .max)])
  func sameCutsAreSameBits(bounds: (Int, Int)) throws {
    let groups = try UpdateFixture.groups(3)
    let (one, other) = (try update(groups, microBatchTokens: bounds.0), try update(groups, microBatchTokens: bounds.1))
    #expect(one.state == other.state)
    #expect(one.report.loss == other.report.loss)
  }

  @Test("A bound of one row less than the batch has cuts it", arguments: [(7, 8), (23, 24)])
  func boundIsReached(bounds: (Int, Int)) throws {
    let groups = try UpdateFixture.groups(3)
    #expect(try update(groups, microBatchTokens: bounds.0).state != update(groups, microBatchTokens: bounds.1).state)
  }

  @Test("An update is the same to the bit with any number of lanes", arguments: [2, 3])
  func lanesPlayNoPart(lanes: Int) throws {
    let groups = try UpdateFixture.groups(3)
    #expect(try update(groups, microBatchTokens: 7, lanes: lanes).state == update(groups, microBatchTokens: 7).state)
  }
}
