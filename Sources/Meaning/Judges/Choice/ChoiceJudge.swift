/// Takes answers to a multiple-choice question for the same iff they name the same option.
///
/// | answer | what it means |
/// |---|---|
/// | `C`, `c`, `(C)`, `[C]`, `C.`, `C)`, `C:`, `\text{(C)}`, `\textbf{C}`, `**C**`, `"C"` | option C |
/// | `Option C`, `The answer is (C).` | option C |
/// | `(C) the text`, `C: the text`, `C) the text` | option C, whatever the text |
/// | `C. the text`, `C - the text`, `C, the text`, where the question lists options | the same |
/// | the text of an option that the question lists, as ``ExactJudge`` or else ``TextJudge`` reads it | that option |
/// | `A and C`, `(A), (C)` | both, in any order |
/// | anything else, a letter beyond the question's options too | its words, as ``TextJudge`` reads them |
///
/// Letters run from A to J, or to the last option that the question lists, at most P: lines or runs of `A. …`, `A) …`, `(A) …`, `**A.** …`,
/// `\textbf{(A)} …` and the like. A letter on its own comes first, then the text of an option, then a letter with a text; without a list
/// `E. coli` is no choice, and `A cat` never is. Where options share a text, answers with that text mean the first of them: they could mean
/// either, and must not mean neither. For one question this is an equivalence relation.
public struct ChoiceJudge: KeyedJudge {
  /// Creates a judge.
  public init() {}

  /// The options that the answer names, or its words. O(n) in the lengths of answer and question.
  public func key(of answer: String, question: String) -> ChoiceKey? {
    ListedOptions(question: question).key(of: answer)
  }

  /// Clusters by equal keys; reads the question once.
  public func clusters(of answers: [String], question: String) -> [Int] {
    let options = ListedOptions(question: question)
    return Self.clusters(of: answers.map(options.key))
  }

  /// `choice` where an option is named, else `text`.
  public func basis(of first: ChoiceKey, and second: ChoiceKey) -> Verdict.Basis {
    if case .text = first, case .text = second { .text } else { .choice }
  }
}

/// What an answer to a multiple-choice question chooses: answers choose the same iff their keys are equal.
public enum ChoiceKey: Hashable, Sendable {
  /// Options, 0 for A; one, but for answers that name several.
  case options(Set<Int>)
  /// No option, but these words.
  case text(TextKey)
}

/// The options of one question, by what answers may call them.
private struct ListedOptions {
  private let count: Int
  private let isListed: Bool
  private var optionOfValue: [AnswerKey: Int] = [:]
  private var optionOfText: [TextKey: Int] = [:]

  init(question: String) {
    let texts = QuestionOptions(question: question).texts
    isListed = !texts.isEmpty
    count = isListed ? texts.count : QuestionOptions.usualCount
    for (index, text) in texts.enumerated() {
      if let key = AnswerKey(text), optionOfValue[key] == nil { optionOfValue[key] = index }
      if let key = TextKey(text), optionOfText[key] == nil { optionOfText[key] = index }
    }
  }

  func key(of answer: String) -> ChoiceKey? {
    guard let words = TextKey(answer) else { return nil }
    let isShort = TextWords.length(of: answer.unicodeScalars) <= TextWords.maximumLength
    // The letter that a long answer begins with stands at its beginning.
    let letters = LetterAnswer(isShort ? answer : String(String.UnicodeScalarView(answer.unicodeScalars.prefix(1024))))
    let named = letters.options.filter { $0 < count }.count == letters.options.count ? letters.options : []
    if !named.isEmpty, !letters.hasText { return .options(named) }
    if isListed, isShort, let option = AnswerKey(answer).flatMap({ optionOfValue[$0] }) ?? optionOfText[words] { return .options([option]) }
    if !named.isEmpty, isListed || !letters.isDoubtful { return .options(named) }
    return .text(words)
  }
}
