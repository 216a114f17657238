import Files
import JSON

/// Reads `pre_tokenizer` of tokenizer.json.
enum PreTokenizerReader {
  /// The most steps, which bounds the time for a text.
  static let maximumSteps = 64

  /// The most ByteLevel steps: each spells the spelling of the one before it.
  static let maximumByteLevels = 3

  /// The steps, of a Sequence in their order. One of them must be ByteLevel, which makes text bytes, unless the normalizer has spelt the
  /// bytes already. Adds the steps' growth of a text to `growth`.
  static func steps(_ fields: ConfigurationFields, isSpelt: Bool, growth: inout TextGrowth) throws -> [any PreTokenizerStep] {
    let expected = "ByteLevel, or a Sequence with it"
    let preTokenizer = try fields.nested("pre_tokenizer")
    let leaves = try preTokenizer?.flattened("pretokenizers") ?? []
    if leaves.count > maximumSteps, let preTokenizer {
      throw preTokenizer.refusal("pretokenizers", found: "\(leaves.count) steps", expected: "at most \(maximumSteps)")
    }
    var steps: [any PreTokenizerStep] = []
    var byteLevels = 0
    for (index, leaf) in leaves.enumerated() {
      guard try leaf.string("type") == "ByteLevel" else {
        steps += try cuts(leaf)
        continue
      }
      byteLevels += 1
      guard byteLevels <= maximumByteLevels else {
        throw leaf.refusal("type", found: "ByteLevel once more", expected: "at most \(maximumByteLevels) of these steps")
      }
      let step = ByteLevelStep(
        addsPrefixSpace: try leaf.boolean("add_prefix_space", default: true), usesExpression: try leaf.boolean("use_regex", default: true))
      steps.append(step)
      // A piece of one byte may get a space, and each byte may be spelt as two.
      guard growth.become({ $0 * (step.addsPrefixSpace ? 4 : 2) }) else {
        throw leaf.refusal(
          "type", found: "a step after which a text may be \(growth.factor) times as long", expected: "at most \(TextGrowth.limit) times")
      }
      // Later steps see the spelling of bytes.
      if byteLevels > 1 || index < leaves.count - 1 { steps.append(SpellingStep(isReading: false)) }
    }
    guard byteLevels > 0 || isSpelt else {
      throw preTokenizer?.refusal("type", expected: expected) ?? fields.missing("pre_tokenizer", expected: expected)
    }
    if byteLevels == 0 || steps.contains(where: { $0 is SpellingStep }) { steps.append(SpellingStep(isReading: true)) }
    return steps
  }

  private static let known = """
    Split, ByteLevel, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit, FixedLength or a Sequence \
    of them
    """

  /// The steps of an entry that cuts text.
  static func cuts(_ fields: ConfigurationFields) throws -> [any PreTokenizerStep] {
    switch try fields.string("type") {
    case "Split":
      let isInverted = try fields.boolean("invert", default: false)
      return [SplitStep(pattern: try pattern(fields), behavior: try behavior(fields), isInverted: isInverted)]
    case "Digits": return [DigitStep(cutsEveryDigit: try fields.boolean("individual_digits", default: false))]
    case "Punctuation":
      let behavior = fields.isNull("behavior") ? .isolated : try behavior(fields)
      return [SplitStep(pattern: .set(ScalarTables(.punctuation)), behavior: behavior)]
    case "Whitespace":
      return [
        SplitStep(pattern: .set(ScalarTables(.whitespace)), behavior: .removed),
        SplitStep(pattern: .set(ScalarTables(.unicodeWord)), behavior: .contiguous),
      ]
    case "WhitespaceSplit": return [SplitStep(pattern: .set(ScalarTables(.whitespace)), behavior: .removed)]
    case "BertPreTokenizer":
      return [
        SplitStep(pattern: .set(ScalarTables(.whitespace)), behavior: .removed),
        SplitStep(pattern: .set(ScalarTables(.punctuation)), behavior: .isolated),
      ]
    case "CharDelimiterSplit":
      guard let text = try fields.string("delimiter"), text.unicodeScalars.count == 1, let delimiter = text.unicodeScalars.first else {
        throw fields.refusal("delimiter", expected: "a character", code: .malformed)
      }
      return [SplitStep(pattern: .set(ScalarTables(ScalarSet(delimiter))), behavior: .removed)]
    case "FixedLength": return [FixedLengthStep(length: try fields.size("length", limit: Int(Int32.max), default: 5))]
    default:
      throw fields.refusal("type", expected: known)
    }
  }

  private static func behavior(_ fields: ConfigurationFields) throws -> SplitStep.Behavior {
    guard let name = try fields.string("behavior"), let behavior = SplitStep.Behavior(rawValue: name) else {
      throw fields.refusal(
        "behavior", expected: "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous", code: .malformed)
    }
    return behavior
  }

  /// `pattern`: a regular expression, or text as it stands.
  static func pattern(_ fields: ConfigurationFields) throws -> TextPattern {
    guard let pattern = try fields.nested("pattern") else { throw fields.missing("pattern", expected: "a Regex or a String") }
    let name = pattern.has("Regex") ? "Regex" : "String"
    guard let text = try pattern.string(name) else { throw pattern.missing(name, expected: "a string") }
    guard name == "Regex" || !text.isEmpty else { throw pattern.refusal(name, expected: "text to look for") }
    do {
      return .expression(try name == "Regex" ? ExpressionCompiler.compile(text) : ExpressionCompiler.compile(literal: text))
    } catch {
      let problem = "has, at character \(error.position), \(error.problem)"
      throw FileError(.unsupported, "\(pattern.path(name)) \(problem), expected an expression that is supported here: \(text)")
    }
  }
}
