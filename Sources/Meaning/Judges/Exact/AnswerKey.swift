/// What an answer means, as far as ``ExactJudge`` can tell: answers mean the same iff their keys are equal.
public struct AnswerKey: Hashable, Sendable {
  private enum Content: Hashable, Sendable {
    case number(Rational)
    case text(String)
  }

  private let content: Content

  /// The key of an answer; nil for one without content.
  init?(_ answer: String) {
    let tokens = Self.tokens(of: answer)
    if let number = NumberParser.number(tokens) {
      content = .number(number)
      return
    }
    let text = Self.normalizedText(tokens)
    if text.isEmpty { return nil }
    content = .text(text)
  }

  /// Whether the answer is no number.
  var isText: Bool {
    if case .text = content { true } else { false }
  }

  /// An answer as text in one spelling; nil for one without content.
  static func text(of answer: String) -> String? {
    let text = normalizedText(tokens(of: answer))
    return text.isEmpty ? nil : text
  }

  private static func tokens(of answer: String) -> ArraySlice<LatexToken> {
    LatexToken.unwrapped(LatexToken.withoutAppearance(LatexToken.tokens(of: answer))[...])
  }

  /// The tokens as text in one spelling: lower case except in commands, no mathematics delimiters, no braces around a single token, and blanks
  /// only where they keep two words, or two numbers, or a word and the number after it, apart.
  private static func normalizedText(_ tokens: ArraySlice<LatexToken>) -> String {
    var text = ""
    var previous: LatexToken?
    var isSpaced = false
    for token in withoutSingleBraces(tokens.filter { $0 != .command("!") }) {
      switch token {
      case .space, .scalar("$"), .command("("), .command(")"), .command("["), .command("]"):
        isSpaced = true
        continue
      case .command(let name):
        text += "\\" + name
      case .scalar(let scalar):
        if needsBlank(between: previous, and: scalar, isSpaced: isSpaced) { text += " " }
        text += scalar.properties.lowercaseMapping
      }
      previous = token
      isSpaced = false
    }
    return text
  }

  /// `{x}` as `x` for every single token x, as TeX takes both for one argument.
  private static func withoutSingleBraces(_ tokens: [LatexToken]) -> [LatexToken] {
    var result: [LatexToken] = []
    var index = 0
    while index < tokens.count {
      let isSingle = tokens[index].is("{") && index + 2 < tokens.count && tokens[index + 2].is("}")
      if isSingle, !tokens[index + 1].is("{"), tokens[index + 1] != .space {
        result.append(tokens[index + 1])
        index += 3
      } else {
        result.append(tokens[index])
        index += 1
      }
    }
    return result
  }

  private static func needsBlank(between previous: LatexToken?, and scalar: Unicode.Scalar, isSpaced: Bool) -> Bool {
    switch previous {
    case .command(let name):
      return name.unicodeScalars.allSatisfy(\.isASCIILetter) && scalar.isASCIILetter
    case .scalar(let before) where isSpaced && before.properties.isAlphabetic:
      return scalar.properties.isAlphabetic || scalar.isASCIIDigit
    case .scalar(let before) where isSpaced:
      return before.isASCIIDigit && scalar.isASCIIDigit
    default:
      return false
    }
  }
}

/// Takes answers for the same iff they are the same number exactly, or the same text up to notation.
///
/// Numbers are compared as exact fractions: `0.5`, `1/2`, `\frac{2}{4}`, `50\%`, `\$0.50`; `1,000` is 1000, `1\frac{1}{2}` is 3/2. What
/// isn't a number (of at most 256 digits) is compared as text, without regard to case, white space, LaTeX's spacing, sizing and
/// font commands, or a final period. Units are part of the text.
public struct ExactJudge: KeyedJudge {
  /// Creates a judge.
  public init() {}

  /// The exact number, or the normalised text. O(n) in the answer's length, apart from the arithmetic of long numbers.
  public func key(of answer: String, question: String) -> AnswerKey? { AnswerKey(answer) }

  /// `text` between two texts, else `exact`.
  public func basis(of first: AnswerKey, and second: AnswerKey) -> Verdict.Basis {
    first.isText && second.isText ? .text : .exact
  }
}
