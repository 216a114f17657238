/// Finds out which bars `|` open and which close.
///
/// A bar where an operand is expected opens: `|1 - |2||`. One behind an operand closes, or opens a factor: `2|x|`. Of all ways to pair the bars
/// within one pair of brackets, the one is taken in which the fewest bars touch a factor on their outer side: `|a||b|` has two magnitudes side
/// by side, and `|3|x|-2|` one in the other. Where there is no way, as in `{x | x > 3}`, the bars are left as they are; where several are as
/// good, as in `|2|x|3|`, the answer is no mathematics. O(n + b²) for b bars.
struct BarPairs {
  /// More bars in one pair of brackets stay as they are.
  private static let maximumBars = 32

  private struct Ambiguous: Error {}

  private var lexemes: [Lexeme]
  private var index = 0

  /// The tokens with `openBar` and `closeBar` in place of bars; nil where it is ambiguous which is which.
  static func paired(_ lexemes: [Lexeme]) -> [Lexeme]? {
    guard lexemes.contains(where: { $0.token == .symbol(.bar) }) else { return lexemes }
    var pairs = BarPairs(lexemes: lexemes)
    do {
      while pairs.index < lexemes.count { try pairs.pairGroup(depth: 0) }
      return pairs.lexemes
    } catch {
      return nil
    }
  }

  private init(lexemes: [Lexeme]) { self.lexemes = lexemes }

  /// What is known about the bars of a group.
  private struct Bar {
    var index: Int
    /// Whether an operand ends before it; nil directly behind another bar.
    var followsOperand: Bool?
    /// Whether an operand can begin behind it, with a sign or without; nil directly before another bar.
    var precedesOperand: Bool?
    /// Whether a factor begins behind it.
    var precedesFactor = false
    /// Whether every bar before it must be paired.
    var isBehindBarrier: Bool
  }

  /// Pairs the bars up to the end or behind the bracket that closes the group.
  private mutating func pairGroup(depth: Int) throws(Ambiguous) {
    var bars: [Bar] = []
    var isBehindBarrier = false
    var previous: MathToken?
    while index < lexemes.count {
      let token = lexemes[index].token
      if token == .symbol(.bar) {
        let follows = previous == .symbol(.bar) ? nil : previous.map(Self.endsOperand) ?? false
        bars.append(Bar(index: index, followsOperand: follows, precedesOperand: false, isBehindBarrier: isBehindBarrier))
        isBehindBarrier = false
      } else if previous == .symbol(.bar), !bars.isEmpty {
        bars[bars.count - 1].precedesFactor = Self.beginsFactor(token)
        bars[bars.count - 1].precedesOperand = Self.beginsFactor(token) || Self.isSign(token)
      }
      if previous == .symbol(.bar), token == .symbol(.bar), bars.count > 1 { bars[bars.count - 2].precedesOperand = nil }
      index += 1
      if Self.closes(token) { break }
      if Self.opens(token), depth < MathParser.maximumDepth { try pairGroup(depth: depth + 1) }
      if Self.parts(token) { isBehindBarrier = true }
      // A group is an operand, whatever it ends with.
      previous = Self.opens(token) ? .symbol(.closeParenthesis) : token
    }
    try pair(bars)
  }

  private mutating func pair(_ bars: [Bar]) throws(Ambiguous) {
    guard !bars.isEmpty, bars.count <= Self.maximumBars, bars.count.isMultiple(of: 2) else { return }
    // For each bar, by how many are open before it and whether the one directly before it opens: the best way to pair the rest.
    let count = bars.count
    var ways = Array(repeating: Array(repeating: [Ways(), Ways()], count: count + 2), count: count + 1)
    ways[count][0] = [Ways(cost: 0, count: 1), Ways()]
    func options(_ bar: Int, _ open: Int, _ isBehindOpening: Bool) -> (closing: Ways, opening: Ways) {
      if bars[bar].isBehindBarrier && open > 0 { return (Ways(), Ways()) }
      let closes = open > 0 && (bars[bar].followsOperand ?? !isBehindOpening)
      let closing = closes ? ways[bar + 1][open - 1][0].adding(bars[bar].precedesFactor ? 1 : 0) : Ways()
      let opens = bars[bar].precedesOperand ?? true
      return (closing, opens ? ways[bar + 1][open + 1][1].adding(bars[bar].followsOperand == true ? 1 : 0) : Ways())
    }
    for bar in stride(from: count - 1, through: 0, by: -1) {
      for open in 0...bar {
        for behind in 0...1 {
          let options = options(bar, open, behind == 1)
          ways[bar][open][behind] = options.closing.or(options.opening)
        }
      }
    }
    if ways[0][0][0].count > 1 { throw Ambiguous() }
    guard ways[0][0][0].count == 1 else { return }
    var (open, behind) = (0, 0)
    for bar in bars.indices {
      let options = options(bar, open, behind == 1)
      let closes = options.closing.isBetter(than: options.opening)
      lexemes[bars[bar].index].token = .symbol(closes ? .closeBar : .openBar)
      (open, behind) = (open + (closes ? -1 : 1), closes ? 0 : 1)
    }
  }

  /// In how many ways some bars can be paired at the least cost, 2 for several.
  private struct Ways {
    var cost = Int.max
    var count = 0

    func adding(_ more: Int) -> Ways { count == 0 ? self : Ways(cost: cost + more, count: count) }

    func isBetter(than other: Ways) -> Bool { count > 0 && (other.count == 0 || cost < other.cost) }

    func or(_ other: Ways) -> Ways {
      if isBetter(than: other) || other.count == 0 { return self }
      return other.isBetter(than: self) ? other : Ways(cost: cost, count: 2)
    }
  }

  private static func opens(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.openParenthesis), .symbol(.openBracket), .symbol(.openSet), .symbol(.openBrace), .symbol(.openAngle), .symbol(.openBar),
      .symbol(.openFloor), .symbol(.openCeiling), .begin:
      true
    default: false
    }
  }

  private static func closes(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.closeParenthesis), .symbol(.closeBracket), .symbol(.closeSet), .symbol(.closeBrace), .symbol(.closeAngle),
      .symbol(.closeBar), .symbol(.closeFloor), .symbol(.closeCeiling), .end:
      true
    default: false
    }
  }

  /// Whether no bars are paired across a token.
  private static func parts(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.comma), .symbol(.semicolon), .symbol(.ampersand), .symbol(.newRow), .symbol(.and), .symbol(.or), .symbol(.element),
      .symbol(.union), .symbol(.intersection), .symbol(.without):
      true
    default: MathParser.relation(of: token) != nil
    }
  }

  private static func endsOperand(_ token: MathToken) -> Bool {
    switch token {
    case .digit, .letter, .run, .word, .constant: true
    case .symbol(.exclamation), .symbol(.percent), .symbol(.degree), .symbol(.prime), .symbol(.ellipsis): true
    default: closes(token)
    }
  }

  private static func beginsFactor(_ token: MathToken) -> Bool {
    switch token {
    case .digit, .letter, .run, .word, .constant, .function, .determinant, .series, .logarithm, .squareRoot, .cubeRoot, .fraction,
      .binomial, .overline:
      true
    case .symbol(.period): true
    default: opens(token)
    }
  }

  private static func isSign(_ token: MathToken) -> Bool {
    switch token {
    case .symbol(.plus), .symbol(.minus), .symbol(.plusMinus), .symbol(.minusPlus): true
    default: false
    }
  }
}
