/// Where a record has its question and its answer.
///
/// A key may lead into nested objects, with a dot between the names: `reward_model.ground_truth`.
public struct QuestionKeys: Sendable, Equatable {
  /// The key of the question; nil for the first of ``questionCandidates`` that the first record has.
  public var question: String?

  /// The key of the answer; nil for the first of ``answerCandidates`` that the first record has a text, a number or a list of
  /// these under.
  public var answer: String?

  /// Chooses keys.
  public init(question: String? = nil, answer: String? = nil) {
    self.question = question
    self.answer = answer
  }

  /// The usual keys of questions in data sets, in the order in which they are tried.
  public static let questionCandidates = ["question", "prompt", "problem", "query", "input", "instruction", "messages", "text", "Question"]

  /// The usual keys of answers in data sets, in the order in which they are tried. A `solution` counts only where an answer can be found in
  /// it, an `answer_index` only beside options.
  public static let answerCandidates = [
    "answer", "target", "ground_truth", "gold", "label", "reward_model.ground_truth", "final_answer", "solution", "answerKey",
    "answer_index", "Correct Answer", "Answer",
  ]

  /// The key of a question's name.
  static let identifier = "id"

  /// The keys that are looked for in a first record.
  var wanted: Set<String> {
    var keys: Set<String> = [QuestionKeys.identifier]
    if let question { keys.insert(question) } else { keys.formUnion(QuestionKeys.questionCandidates) }
    if let answer { keys.insert(answer) } else { keys.formUnion(QuestionKeys.answerCandidates) }
    return keys.union(QuestionChoices.keys)
  }

  /// The keys of a file that begins with some record. Throws a ``QuestionProblem`` when it has no question.
  func resolved(by record: QuestionRecord) throws(QuestionProblem) -> ResolvedKeys {
    guard let question = question ?? QuestionKeys.questionCandidates.first(where: { record.fields[$0]?.isNull == false }) else {
      let candidates = QuestionKeys.questionCandidates.joined(separator: ", ")
      throw QuestionProblem("found \(record.toldNames), expected one of \(candidates), or another key that question_key names")
    }
    guard answer != question else {
      throw QuestionProblem("found the question under \"\(question)\", expected answer_key to name another key")
    }
    let options = try record.choices(besideQuestion: question, answer: self.answer)?.key
    let candidates = QuestionKeys.answerCandidates.filter { $0 != question }
    // Other records may have an answer that the first one lacks.
    let answer =
      answer ?? candidates.first { record.hasAnswer(under: $0, besideOptions: options != nil) }
      ?? candidates.first { record.fields[$0]?.isNull == true } ?? candidates.first { record.fields[$0]?.kind != nil }
    return ResolvedKeys(
      question: question, answer: answer, isAnswerChosen: self.answer != nil, isQuestionChosen: self.question != nil,
      options: options)
  }
}

/// The keys that a file's first record decided on.
struct ResolvedKeys: Equatable {
  var question: String
  var answer: String?
  /// Whether the user chose the answer's key, so that a value of another kind under it is a mistake.
  var isAnswerChosen: Bool
  var isQuestionChosen: Bool
  /// The key of the options of multiple-choice questions; nil where the first record has none.
  var options: String?

  var wanted: Set<String> {
    QuestionChoices.keys.union([QuestionKeys.identifier, question] + (answer.map { [$0] } ?? []))
  }
}

/// A well-formed record that is no question.
struct QuestionProblem: Error {
  var message: String

  init(_ message: String) {
    self.message = message
  }
}
