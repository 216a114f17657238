internal import Foundation
package import HuggingFace

/// The frequencies of a model's rotary embedding, in float32 as the reference implementations compute them.
package enum RotaryFrequencies {
  /// θ_i for i in 0..<D/2, in radians a position: base^(-2i/D), stretched where the model says so.
  package static func values(_ configuration: ModelConfiguration) -> [Float] {
    let D = configuration.headWidth
    let base = Double(Float(configuration.ropeBase))
    let plain = (0..<D / 2).map { index in
      // The exponent is rounded to float32, too; the power is computed in double so that it is the nearest float32.
      1 / Float(pow(base, Double(Float(2 * index) / Float(D))))
    }
    guard let scaling = configuration.ropeScaling else { return plain }
    return plain.map { stretched($0, scaling) }
  }

  /// Llama 3's rule: with wavelength λ = 2π/θ and original length L, θ where λ < L/high, θ/factor where λ > L/low, and between them
  /// (1 - s)·θ/factor + s·θ with s = (L/λ - low) / (high - low). Each operation is rounded as in transformers.
  private static func stretched(_ frequency: Float, _ scaling: RopeScaling) -> Float {
    let length = Double(scaling.originalMaximumPositions)
    let wavelength = Float(2 * Double.pi) / frequency
    let factor = Float(scaling.factor)
    if wavelength < Float(length / scaling.highFrequencyFactor) { return frequency }
    if wavelength > Float(length / scaling.lowFrequencyFactor) { return frequency / factor }
    let span = Float(scaling.highFrequencyFactor - scaling.lowFrequencyFactor)
    let share = (Float(length) / wavelength - Float(scaling.lowFrequencyFactor)) / span
    return (1 - share) * frequency / factor + share * frequency
  }
}
