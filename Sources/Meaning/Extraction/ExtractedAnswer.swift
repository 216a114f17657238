/// By which rule an answer was found; see ``extractAnswer(from:options:)``. The raw values are the names used in output.
public enum ExtractionRule: String, Sendable, CaseIterable {
  /// It stood in a complete box.
  case boxed
  /// It followed an explicit phrase.
  case phrase
  /// It was the last number.
  case number
  /// It was the last choice letter.
  case choice
  /// None: there is no answer.
  case none
}

/// The answer that a response gives.
public struct ExtractedAnswer: Sendable, Equatable {
  /// The answer as it is written, trimmed; empty when the response gives none.
  public var text: String

  /// The rule that found it; `none` iff ``text`` is empty.
  public var rule: ExtractionRule

  /// Creates an answer.
  public init(text: String, rule: ExtractionRule) {
    self.text = text
    self.rule = rule
  }

  /// No answer.
  public static let none = ExtractedAnswer(text: "", rule: .none)

  /// Whether the answer stood in a complete `\boxed{…}` or `\fbox{…}`.
  public var isBoxed: Bool { rule == .boxed }
}

/// Finds the answer in a response, by the first of these rules that finds one.
///
/// - Thinking: what stands before the last `</think>`, `</thinking>` or `[/THINK]` isn't read, as `<think>I try \boxed{5}</think> The answer is 6.`
///   answers 6. Thinking that isn't finished has no answer.
/// - `boxed`: the content of the last complete `\boxed{…}` or `\fbox{…}` by where it starts, so of nested ones the inner. White space may
///   stand before the brace; braces balance, `\{` and `\}` don't count. Without braces the argument is a number, a command with its arguments
///   or a letter: `\boxed 5`, `\boxed\frac12`; and `\boxed 42` is 42, as models mean it, though TeX would take the 4 alone.
///   Boxes that a comma, "and" or "or" joins on a line are one list: `\boxed{2}$ and $\boxed{3}` is `2, 3`.
/// - `phrase`: what the last of these phrases states that states anything.
///
///   | phrase | the answer |
///   |---|---|
///   | `<answer>…</answer>` | what is between the tags |
///   | `#### …` | the rest of the line; where a text follows below, words give way to any other answer and `#### Check` is none |
///   | `answer is …`, `answer: …` | up to the end of the sentence or the line |
///   | `answer must be …`, `would be`, `equals`, `=`, `is therefore`, `to the question is`, `is given by` and a value | the same |
///   | `Final answer - 5`, `→ 5`, `=> 5` | the same, where a value follows |
///   | `The correct option is (C)` | the letter of a choice, alone |
///   | `Final answer: …`, `**Final Answer**: …` | the same; of the next line that isn't blank if it ends its own |
///   | `## Answer`, `**Final Answer**`, `Final Answer` on a line of its own | the next line that isn't blank |
///
///   What follows a phrase is read so:
///
///   | what follows | what it states | for responses such as |
///   |---|---|---|
///   | a judgement or a manner | nothing: an earlier answer stands | `The answer is 31, and I believe the answer is correct.`, `(the answer is in meters)` |
///   | a denial, a constraint, a supposition | nothing | `the answer is not 5`, `the answer must be even`, `if the answer is 5` |
///   | a description behind "is", in words alone | itself, where nothing else is stated | `the answer is the sum of both` |
///   | a property behind "is" | itself, where nothing else is stated | `the answer is even` |
///   | a colon or a heading, then a judgement | the word | `Answer: Correct` |
///   | an opener | what it opens | `The answer is given by:`, `as follows:`, `the following:`, `shown below:`, each before `14` |
///   | a code fence, `$$`, `\[`, an environment that only displays | what is in it; where it isn't closed, nothing | ` ```text `, `\begin{align*}` |
///   | a matrix, mathematics over lines | the whole of it | `\begin{pmatrix}` |
///   | a list | its only item, or all of it | `Answer:`, then `- 5` |
///   | an answer, then prose | what stands before the prose | `72, which is the total`, `5, since 2+3=5`, `5 (five)`, `5 after rounding`, `5, I think`, `5 - five` |
///
///   Enclosing `$ $`, `\( \)`, `\[ \]`, `** **`, backticks, and a final period or comma, are no part of the answer. The words that
///   decide all this are the closed lists in `AnswerWords`.
/// - `number`, if ``ExtractionOptions/fallback`` asks for it: the last number, with sign, thousands separators, decimals, exponent, power and
///   percent; `a/b`, `1 a/b` and `\frac{a}{b}` are one. Dates, times, ordinals, indices and the markers of lists are none.
/// - `choice`, if the fallback asks for it: the last letter from A to J as `(C)`, `C.`, `C)`, `**C**`, `option C`, or `C` as a word; `A` and `I`
///   not in running text.
/// - `none`: everything else. A box, fence or display that is never closed holds no answer, and then no number or letter is guessed either: the
///   response was cut off before it had said what it was about to say.
///
/// Nothing is nothing: an answer of punctuation (`?`, `...`, `-`, `____`), of placeholders (`\ldots`, `\square`), of spaces
/// (`\quad`, `\phantom{x}`, zero-width characters), of empty brackets or an empty `\text{}`, and `answer` alone don't count: all samples could
/// agree on them. `\{\}` and `\emptyset` are the empty set, `<`, `=` and `>` relations, and answers.
///
/// Any text is fine. O(n).
public func extractAnswer(from response: String, options: ExtractionOptions = ExtractionOptions()) -> ExtractedAnswer {
  guard let text = ScannedText(response).behindThinking() else { return .none }
  let boxes = text.boxes()
  if let boxed = boxes.last { return ExtractedAnswer(text: boxed, rule: .boxed) }
  let stated = text.lastStatement()
  if let answer = stated.answer { return ExtractedAnswer(text: answer, rule: .phrase) }
  if boxes.isCutOff || stated.isCutOff { return .none }
  switch options.fallback {
  case .none: return .none
  case .number: return text.lastNumber().map { ExtractedAnswer(text: $0, rule: .number) } ?? .none
  case .choice: return text.lastChoice().map { ExtractedAnswer(text: $0, rule: .choice) } ?? .none
  }
}

/// The whole of a response as its answer, for free-form texts that state none: without the thinking before it and white space around it, and
/// empty where it says nothing; see ``extractAnswer(from:options:)`` for both. O(n).
public func wholeAnswer(from response: String) -> String {
  guard let text = ScannedText(response).behindThinking() else { return "" }
  let range = text.trimmed(text.scalars.indices)
  return text.isNothing(range) ? "" : text.string(range)
}
