import ArgumentParser
import Benches
import EMPO
import Meaning
import Rollouts

/// How a group of responses is read and scored.
struct ScoringArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The answer of a response that states none: none, number (its last) or choice (its last).", valueName: "F"))
  var fallback = ExtractionOptions().fallback

  @Flag(help: "Takes each whole response as its answer, for free-form texts.")
  var whole = false

  @Flag(help: "Gives no reward to an answer that only repeats the question.")
  var rejectRepetition = false

  @Option(help: ArgumentHelp("The reward: empo, majority, evol, format, or accuracy, which needs an \"answer\".", valueName: "R"))
  var reward = ScoringOptions().reward

  @Option(
    help: ArgumentHelp("The reward of an empty answer, from -1 to 0.", valueName: "X"),
    transform: Bounds.number("a number from -1 to 0") { -1...0 ~= $0 })
  var emptyReward = ScoringOptions().emptyReward

  @Option(
    help: ArgumentHelp("A group is kept if its semantic entropy is above this share of ln G.", valueName: "X"),
    transform: Bounds.number("a share from 0 to 1") { 0...1 ~= $0 })
  var entropyLow = ScoringOptions().entropyLow

  @Option(
    help: ArgumentHelp("A group is kept if its semantic entropy is at most this share of ln G.", valueName: "X"),
    transform: Bounds.number("a share from 0 to 1") { 0...1 ~= $0 })
  var entropyHigh = ScoringOptions().entropyHigh

  @Option(
    help: ArgumentHelp("The confidence floor: agreement is rewarded only if the largest cluster has this share.", valueName: "X"),
    transform: Bounds.number("a share from 0 to 1") { 0...1 ~= $0 })
  var minimumConfidence = ScoringOptions().minimumConfidence

  @Option(help: ArgumentHelp("A group below the floor: drop, or pay-nothing, which keeps it if its rewards differ.", valueName: "B"))
  var belowFloor = ScoringOptions().belowFloor

  @Option(
    help: ArgumentHelp(
      "The probability of a meaning: discrete, its share of the responses, or likelihood, its share of their likelihood.",
      valueName: "E"))
  var entropy = ScoringOptions().entropy

  func validate() throws {
    if reward.tossesCoins {
      throw ValidationError("--reward \(reward.rawValue) is for training runs: expected empo, majority, evol, accuracy or format")
    }
    do {
      try options.validate()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  /// How answers are read.
  var reading: AnswerReading {
    AnswerReading(extraction: ExtractionOptions(fallback: fallback), takesWholeResponse: whole, rejectsRepetition: rejectRepetition)
  }

  /// Rewards, and the bounds for keeping a group.
  var options: ScoringOptions {
    ScoringOptions(
      reward: reward, entropyLow: entropyLow, entropyHigh: entropyHigh, minimumConfidence: minimumConfidence, belowFloor: belowFloor,
      emptyReward: emptyReward, entropy: entropy)
  }
}
