import Meaning

/// Something that takes any text.
struct FuzzedCall: Sendable {
  /// How it is named in what is printed.
  let name: String

  /// How often a text is read in one call.
  let readings: Int

  /// Whether what must hold for every text holds.
  let holds: @Sendable (String) -> Bool

  /// What is fuzzed.
  static let all: [FuzzedCall] = [
    FuzzedCall(name: "extraction") { text in
      let answer = extractAnswer(from: text)
      return answer.text.utf8.count <= text.utf8.count && !(answer.isBoxed && answer.text.isEmpty)
    },
    FuzzedCall(.number), FuzzedCall(.choice),
    FuzzedCall(name: "whole") { text in wholeAnswer(from: text).utf8.count <= text.utf8.count },
    FuzzedCall(name: "repetition") { text in !repeatsQuestion(text, question: "How many apples does Tom have in all?") || !text.isEmpty },
    FuzzedCall("exact", ExactJudge()), FuzzedCall("math", MathJudge()), FuzzedCall("choice", ChoiceJudge()),
    FuzzedCall("text", TextJudge()),
  ]

  init(name: String, readings: Int = 1, holds: @escaping @Sendable (String) -> Bool) {
    self.name = name
    self.readings = readings
    self.holds = holds
  }

  /// The extraction with a fallback.
  init(_ fallback: ExtractionOptions.Fallback) {
    self.init(name: "fallback to \(fallback.rawValue)") { text in
      let answer = extractAnswer(from: text, options: ExtractionOptions(fallback: fallback))
      return answer.text.isEmpty == (answer.rule == .none)
    }
  }

  /// A judge's key: an answer has one.
  init(_ name: String, _ judge: some KeyedJudge, question: String = "") {
    self.init(name: name, readings: 2) { text in
      judge.key(of: text, question: question) == judge.key(of: text, question: question)
    }
  }
}
