/// How a question ends. The suffixes nudge the habit of the answer, so a question set holds easy and hard ones and accuracy can
/// rise gradually.
enum Suffix: Int, CaseIterable, Sendable {
  case workItOut
  case none
  case please
  case tellMe

  var text: String {
    switch self {
    case .workItOut: " Work it out."
    case .none: ""
    case .please: " Please answer."
    case .tellMe: " Tell me."
    }
  }

  /// What the weights of the habits that work step by step are multiplied by, in hundredths.
  var tilt: Int {
    switch self {
    case .workItOut: 190
    case .none: 100
    case .please: 60
    case .tellMe: 35
    }
  }
}
