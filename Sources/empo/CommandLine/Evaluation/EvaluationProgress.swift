import Evaluation
import Foundation
import Runs

/// How far a measurement is: one line on a terminal that is drawn over and over, else a line now and then.
struct EvaluationProgress {
  private let total: Int
  private let first: Int
  private let start = ContinuousClock.now
  private var done: Int
  private var right = 0
  /// Of the responses so far; nil once one was not counted.
  private var tokens: Double? = 0
  private var drawn = ContinuousClock.now

  /// Measures from the question `first` on.
  init(of total: Int, from first: Int) {
    self.total = total
    self.first = first
    done = first
  }

  /// Seconds between two lines on a terminal, and in a log.
  private static let (redrawing, logging) = (0.25, 30.0)

  /// Counts a judged question.
  mutating func take(_ judged: JudgedQuestion) {
    done += 1
    right += judged.isGreedyCorrect ? 1 : 0
    for answer in [judged.greedy] + judged.samples.map(\.answer) {
      tokens = tokens.flatMap { sum in answer.tokenCount.map { sum + Double($0) } }
    }
    let now = ContinuousClock.now
    guard (now - drawn) / .seconds(1) >= (Console.error.isTerminal ? Self.redrawing : Self.logging) else { return }
    drawn = now
    if Console.error.isTerminal {
      Console.error.write(Console.clearLine + String(line.prefix(max(1, Console.error.width - 1))))
    } else {
      Console.error.line(line)
    }
  }

  /// Takes the line off a terminal.
  func end() {
    if Console.error.isTerminal { Console.error.write(Console.clearLine) }
  }

  private var line: String {
    let seconds = (.now - start) / .seconds(1)
    let answered = done - first
    let rest = Double(total - done) * seconds / Double(max(1, answered))
    return "question \(done) of \(total), greedy \(Figures.percent(Double(right) / Double(max(1, answered)), places: 1)) right, "
      + "\(tokens.map { Figures.grouped($0 / max(seconds, 1e-3)) } ?? Figures.missing) tokens/s, \(Figures.duration(seconds: rest)) left"
  }
}
