import HuggingFace
import NumericTestSupport
import Testing
import Transformer

/// Frequencies against those of transformers 5.23 (`ROPE_INIT_FUNCTIONS["llama3"]`, and 1 / base^(2i/D) in PyTorch 2.15).
struct RotaryFrequenciesTests {
  /// Relative: PyTorch's power is off by up to two units in the last place, 2⁻²³, and each of a handful of operations adds half of one.
  static let tolerance: Float = 5e-7

  private func configuration(headWidth: Int, base: Double, scaling: RopeScaling?) -> ModelConfiguration {
    ModelConfiguration(
      architecture: .llama, vocabularySize: 16, width: 4 * headWidth, feedForwardWidth: 8, layers: 1, heads: 4, keyValueHeads: 4,
      headWidth: headWidth, maximumPositions: 131_072, ropeBase: base, ropeScaling: scaling, tiesEmbeddings: true)
  }

  private func check(_ found: [Float], _ expected: [Float]) {
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) <= Self.tolerance * expected, "\(found), expected \(expected)")
    }
  }

  @Test func `Llama 3.2's frequencies are stretched by its rule`() {
    let scaling = RopeScaling(factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPositions: 8192)
    check(
      RotaryFrequencies.values(configuration(headWidth: 64, base: 500_000, scaling: scaling)),
      [
        1.0, 0.663601279258728, 0.44036662578582764, 0.2922278344631195, 0.193922758102417, 0.12868738174438477, 0.08539710193872452,
        0.05666961893439293, 0.03760603070259094, 0.02495540864765644, 0.016560440883040428, 0.010989529080688953, 0.00729266507551074,
        0.00483942124992609, 0.0032114461064338684, 0.0012905480107292533, 0.000429556705057621, 9.708286233944818e-05,
        1.9461638657958247e-05, 1.291476746700937e-05, 8.570255886297673e-06, 5.687232260243036e-06, 3.7740544485131977e-06,
        2.504467147446121e-06, 1.6619674170215148e-06, 1.1028836297555245e-06, 7.318749339901842e-07, 4.856731266045244e-07,
        3.2229328894572973e-07, 2.1387423032592778e-07, 1.4192720243499934e-07, 9.418306490260875e-08,
      ])
  }

  @Test func `A head width that is no power of two is rounded as in PyTorch`() {
    let scaling = RopeScaling(factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaximumPositions: 32)
    check(
      RotaryFrequencies.values(configuration(headWidth: 10, base: 500, scaling: scaling)),
      [1.0, 0.07558129727840424, 0.010406915098428726, 0.0030028107576072216, 0.0008664309862069786])
  }

  @Test func `Without a scaling they are the powers of the base`() {
    check(RotaryFrequencies.values(configuration(headWidth: 8, base: 10_000, scaling: nil)), [1, 0.1, 0.01, 0.001])
  }
}
