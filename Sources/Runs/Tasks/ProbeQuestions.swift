package import Cluster
internal import Demonstration
internal import EMPO
internal import Meaning
internal import Questions
internal import Rollouts
package import Tensors

/// A question that a probe asks.
package struct ProbeQuestion: Sendable {
  /// What is asked.
  package var content: TaskContent
  /// The accepted answers; empty where nobody knows them. They only tell how often agreement is right.
  package var accepted: [String]
}

extension ProbeQuestion {
  /// A question of the run, with its accepted answers by identifier.
  package init(_ content: TaskContent, labels: [String: [String]]) {
    self.init(content: content, accepted: labels[content.questionID] ?? [])
  }
}

extension RunAssembly {
  /// The first questions that the run will ask, in its own order, with their answers where the file has any; where it has none, as many held-out
  /// questions behind them.
  package func probeQuestions(_ count: Int) throws -> [ProbeQuestion] {
    let labels = try labels()
    var order = tasks.order
    let asked = (0..<min(count, questionCount)).map { place in
      let content = tasks.content(of: order.question(epoch: 0, place: place))
      return ProbeQuestion(content, labels: labels)
    }
    guard asked.allSatisfy({ $0.accepted.isEmpty }) else { return asked }
    let measured = (0..<min(count, heldOut.count)).map { place in
      ProbeQuestion(content: tasks.heldOutContent(of: place), accepted: heldOut[place].answers)
    }
    return asked + measured
  }

  /// Whether an answer to a question means the same as an accepted one.
  package func isRight(lanes: Lanes) throws -> (_ answer: String, _ question: ProbeQuestion) throws -> Bool {
    let judge = try configuration.judge.judge(configuration.judging, lanes: lanes)
    return { answer, question in
      try question.accepted.contains { try judge.isEqual($0, answer, question: question.content.question) }
    }
  }

  /// The accepted answers of the run's questions, by identifier, whatever the reward reads.
  package func labels() throws -> [String: [String]] {
    let questions =
      switch configuration.questions {
      case .path(let path):
        try QuestionSet(contentsOf: path, keys: configuration.questionKeys, labels: configuration.labels(.anybody)).questions
      case .embedded, .none: EmbeddedModel.questions(answered: true)
      }
    return Dictionary(questions.map { ($0.id, $0.answers) }) { first, _ in first }
  }
}
