extension Measure {
  /// Every figure of some judged questions: of the greedy responses, and of the samples where there are any. All questions have equally many.
  public static func all(of questions: [JudgedQuestion]) -> [Measure] {
    let greedy = responses(of: questions, name: "greedy", title: "greedy") { [($0.greedy, $0.isGreedyCorrect)] }
    guard let count = questions.first?.samples.count, count > 0 else { return greedy }
    let sampled = responses(of: questions, name: "sampled", title: "sampled") { $0.samples.map { ($0.answer, $0.isCorrect) } }
    let entropies = questions.map(\.semanticEntropy)
    var all = [greedy[0], sampled[0]]
    all.append(
      Measure(
        name: "majority@\(count)", title: "majority@\(count)", unit: .share,
        form: .mean(questions.map { $0.majorityAccuracy(of: count) })))
    all += passCounts(upTo: count).map { passCount in
      Measure(
        name: "pass@\(passCount)", title: "pass@\(passCount)", unit: .share, form: .mean(questions.map { $0.passRate(at: passCount) }))
    }
    all.append(Measure(name: "semantic_entropy", title: "entropy", unit: .nats, form: .mean(entropies)))
    all.append(
      Measure(
        name: "entropy_auroc", title: "AUROC of entropy", unit: .area,
        form: .discrimination(RankedScores(entropies, isPositive: questions.map { !$0.isGreedyCorrect }))))
    return all + greedy.dropFirst() + sampled.dropFirst()
  }

  /// The powers of two from 2 up to a number of samples, and that number; pass@1 is the accuracy.
  static func passCounts(upTo count: Int) -> [Int] {
    let powers = sequence(first: 2) { 2 * $0 }.prefix { $0 < count }
    return count > 1 ? powers + [count] : []
  }

  /// The figures that every kind of response has. An accuracy among the answered counts each answer alike, whichever question it is for.
  private static func responses(
    of questions: [JudgedQuestion], name: String, title: String, _ responses: (JudgedQuestion) -> [(answer: SampledAnswer, isCorrect: Bool)]
  ) -> [Measure] {
    let all = questions.map(responses)
    func mean(_ value: (SampledAnswer) -> Double) -> Form {
      .mean(all.map { responses in responses.reduce(0) { $0 + value($1.answer) } / Double(responses.count) })
    }
    // One response that nobody counted leaves the mean length unknown.
    let isCounted = all.allSatisfy { $0.allSatisfy { $0.answer.tokenCount != nil } }
    let right = all.map { responses in Double(responses.count { $0.isCorrect }) }
    let answered = all.map { responses in Double(responses.count { !$0.answer.text.isEmpty }) }
    return [
      Measure(
        name: name + "_accuracy", title: title, unit: .share, form: .mean(zip(right, all).map { $0 / Double($1.count) })),
      Measure(
        name: name + "_accuracy_answered", title: title + ", of answered", unit: .share, form: .ratio(right, over: answered)),
      Measure(name: name + "_answered", title: title + ", answered", unit: .share, form: mean { $0.text.isEmpty ? 0 : 1 }),
      Measure(name: name + "_truncated", title: title + ", cut off", unit: .share, form: mean { $0.isTruncated ? 1 : 0 }),
      Measure(
        name: name + "_length", title: title + ", tokens", unit: .tokens,
        form: isCounted ? mean { Double($0.tokenCount ?? 0) } : .unknown(questions: all.count)),
    ]
  }
}
