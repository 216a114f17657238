import EMPO
import NumericTestSupport
import Tensors
import Testing
import Training
import Transformer

@Suite struct WeightStorageTests {
  /// Bfloat16's bits of a float32 number, to the nearest and to even where two are as near, little-endian.
  private func rounded(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in
      let bits = value.bitPattern
      let upper = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
      return [UInt8(truncatingIfNeeded: upper), UInt8(truncatingIfNeeded: upper >> 8)]
    }
  }

  @Test("A bfloat16 policy is the rounding of float32 parameters, before updates and after each", arguments: [1e-2, 1e-5])
  func policyIsTheRounding(rate: Double) throws {
    let groups = try UpdateFixture.groups(2)
    let trainer = try UpdateFixture.trainer(storing: .bfloat16, rate: rate)
    let base = trainer.policy.bytes()
    #expect(base == rounded(trainer.parameters.allValues))
    var before = trainer.parameters.allValues
    for step in 0..<3 {
      _ = try trainer.update(step: step, groups: groups)
      let after = trainer.parameters.allValues
      let isTheRounding = trainer.policy.bytes() == rounded(after)
      #expect(isTheRounding)
      // Half of all values are off bfloat16's grid by more than its coarsest 2⁻¹⁶th: the parameters themselves are not rounded.
      #expect(after.count { $0.bitPattern & 0xFFFF != 0 } > after.count / 2)
      #expect(zip(before, after).count { $0 != $1 } > after.count / 2)
      before = after
    }
    #expect(trainer.policy.bytes() != base)
  }

  @Test("Updates too small for bfloat16 add up in the parameters until the policy moves")
  func smallUpdatesAddUp() throws {
    let groups = try UpdateFixture.groups(2)
    // Adam's first updates move each value by the rate or less; half of bfloat16's spacing is 2⁻⁹ of a value at least.
    let trainer = try UpdateFixture.trainer(storing: .bfloat16, rate: 1e-5)
    let base = trainer.policy.bytes()
    func moved() -> Int { zip(trainer.policy.bytes(), base).count { $0 != $1 } }
    _ = try trainer.update(step: 0, groups: groups)
    let once = moved()
    for step in 1..<6 { _ = try trainer.update(step: step, groups: groups) }
    #expect(moved() > 2 * once)
  }

  @Test("Responses sampled from the policy itself have ratios of exactly 1", arguments: WeightType.allCases)
  func onPolicyRatiosAreOne(type: WeightType) throws {
    let pass = TrainingPass(try TinyModel.decoder(storing: type))
    let groups = try UpdateFixture.groups(3).map { group in
      var copy = group
      for index in copy.group.responses.indices {
        let sequence = TrainingGroup(
          tokens: group.promptTokens + group.group.responses[index].tokens, firstTarget: group.promptTokens.count)
        copy.group.responses[index].tokenLogProbabilities = pass.forward([sequence]).logProbabilities
      }
      return copy
    }
    let trainer = try UpdateFixture.trainer(storing: type)
    let report = try trainer.update(step: 0, groups: groups)
    #expect(report.minimumRatio == 1 && report.maximumRatio == 1 && report.clippedShare == 0)
    // The next update is off policy.
    let next = try trainer.update(step: 1, groups: groups)
    #expect(next.minimumRatio < 1 && next.maximumRatio > 1)
  }
}
