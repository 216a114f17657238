import TestSupport
import Wire

/// Which workers of a scenario lie, and how.
struct Liars: Sendable {
  /// What a liar does.
  enum Attack: CaseIterable, Sendable {
    /// Sends groups for open slots without a lease.
    case invent
    /// Sends other groups for its own leases.
    case alter
    /// Sends other scores for the tokens that it sampled.
    case forgeScores
    /// Says of others' work that it is false.
    case object
  }

  /// The workers, by their numbers; never the first one, nor all.
  let workers: Set<Int>

  let attacks: [Attack]

  /// How often a liar lies, of the times that it could.
  let share: Double

  /// Whether the workers but the first have the key of one pool: liars in it know of each other's work.
  let arePooled: Bool

  /// Whether lies may pass, because not everything is checked.
  let isLenient: Bool

  /// The share of results that must be checked for the attacks to be found; nil for any.
  let audit: Double?

  init(_ random: inout SeededRandom, workers: Int) {
    guard workers > 1, random.happens(0.25) else {
      (self.workers, attacks, share, arePooled, isLenient, audit) = ([], [], 0, false, false, nil)
      return
    }
    let isLenient = workers <= 4 && random.happens(0.25)
    arePooled = !isLenient && workers > 2 && random.happens(0.3)
    let count = isLenient ? 1 : random.within(1...max(1, (workers - 1) / 2))
    self.workers = Set((0..<count).map { _ in random.within(1...workers - 1) })
    // What comes without a lease and what is scored wrongly is found without checks.
    let harmless = random.happens(0.3) && !isLenient
    let attacks = Attack.allCases.filter { _ in random.happens(0.5) }
    let chosen = attacks.filter { harmless ? $0 == .invent || $0 == .forgeScores : true }
    self.attacks = isLenient ? [.alter] : chosen.isEmpty ? [.invent, .forgeScores] : chosen
    share = isLenient || random.happens(0.3) ? 1 : 0.3
    self.isLenient = isLenient
    audit = isLenient ? 0.5 : harmless ? nil : 1
  }
}
