/// A way of answering that the pre-training corpus shows.
enum Habit: CaseIterable, Sendable {
  /// Step by step, then a boxed answer.
  case careful
  /// A boxed answer at once, mostly wrong.
  case direct
  /// Hurried steps with many slips, then a boxed answer.
  case sloppy
  /// Talk without an answer.
  case ramble
  /// Step by step, but the answer is never boxed.
  case nobox

  /// Whether a question's suffix tilts the habit's weight.
  var isTilted: Bool { self == .careful || self == .nobox }
}

/// How often each habit answers a family's questions, before the suffix tilts it, in hundredths.
struct HabitWeights: Sendable {
  let careful: Int
  let direct: Int

  func weight(of habit: Habit) -> Int {
    switch habit {
    case .careful: careful
    case .direct: direct
    case .sloppy: 20
    case .ramble: 12
    case .nobox: 6
    }
  }

  /// The weights in `Habit.allCases` order for questions with the suffix, in ten-thousandths; they need not sum to one.
  func tilted(by suffix: Suffix) -> [Int] {
    Habit.allCases.map { weight(of: $0) * ($0.isTilted ? suffix.tilt : 100) }
  }
}
