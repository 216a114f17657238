/// What a mathematical answer means: answers mean the same iff their keys are equal.
public struct MathKey: Hashable, Sendable {
  let form: Form

  indirect enum Form: Hashable, Sendable {
    /// A number, an expression, or an equation or inequality that isn't solved for one variable.
    case scalar(ScalarKey)
    case set(Set<Form>)
    case tuple([Form])
    case region([Interval])
    case matrix(columns: Int, [Form])
    /// A condition on one of several variables.
    case condition(variable: String, Form)
    case time(minutes: Int)
    case date(year: Int?, month: Int, day: Int?)
    case words(String)
  }

  /// An interval by the keys of its ends.
  struct Interval: Hashable, Sendable {
    var lower: ScalarKey?
    var includesLower: Bool
    var upper: ScalarKey?
    var includesUpper: Bool
  }

  /// Whether the answer is words.
  var isWords: Bool {
    if case .words = form { true } else { false }
  }
}

extension MathKey.Form {
  /// Several meanings at once, in no order; one of them alone is itself.
  static func anyOf(_ forms: [MathKey.Form]) -> MathKey.Form {
    let set = Set(forms)
    return set.count == 1 ? set.first ?? .set([]) : .set(set)
  }

  /// The numbers of a region; isolated points are a set.
  init(_ region: Region) {
    let intervals = region.intervals
    let isPoints = intervals.allSatisfy { $0.lower != nil && $0.lower?.key == $0.upper?.key }
    if isPoints {
      self = .anyOf(intervals.compactMap { $0.lower.map { .scalar($0.key) } })
    } else {
      self = .region(
        intervals.map {
          MathKey.Interval(
            lower: $0.lower?.key, includesLower: $0.includesLower, upper: $0.upper?.key, includesUpper: $0.includesUpper)
        })
    }
  }
}
