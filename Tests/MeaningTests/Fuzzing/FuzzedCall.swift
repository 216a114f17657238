import Meaning

/// Something that takes any text.
struct FuzzedCall: Sendable {
  /// How it is named in what is printed.
  let name: String

  /// How often a text is read in one call.
  let readings: Int

  /// The share of the texts that it gets: one in so many. What reads words costs as much as all else together, and reads less.
  let interval: Int

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
    FuzzedCall(name: "repetition", interval: 4) { text in
      !repeatsQuestion(text, question: "How many apples does Tom have in all?") || !text.isEmpty
    },
    FuzzedCall("exact", ExactJudge()), FuzzedCall("math", MathJudge()), FuzzedCall("choice", ChoiceJudge(), interval: 4),
    FuzzedCall("text", TextJudge(), interval: 4),
  ]

  init(name: String, readings: Int = 1, interval: Int = 1, holds: @escaping @Sendable (String) -> Bool) {
    self.name = name
    self.readings = readings
    self.interval = interval
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
  init(_ name: String, _ judge: some KeyedJudge, question: String = "", interval: Int = 1) {
    self.init(name: name, readings: 2, interval: interval) { text in
      judge.key(of: text, question: question) == judge.key(of: text, question: question)
    }
  }
}
