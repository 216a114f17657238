internal import Files
internal import Questions

/// Two models' answers to the same questions beside each other.
public struct EvaluationComparison: Sendable, Equatable {
  /// One figure of both models.
  public struct Figure: Sendable, Equatable {
    /// The measure's name in files.
    public var name: String
    /// In words.
    public var title: String
    /// What it is in.
    public var unit: Measure.Unit
    /// The first model's.
    public var first: Estimate
    /// The second model's.
    public var second: Estimate
    /// The second minus the first, of the same resamples.
    public var difference: Estimate
    /// The p-value of no difference: McNemar's for greedy answers to one benchmark, else the bootstrap's.
    public var significance: Double?
    /// Whether that is McNemar's.
    public var isExact: Bool
  }

  /// The figures of a benchmark, or of the macro average.
  public struct Row: Sendable, Equatable {
    /// The benchmark's name.
    public var name: String
    /// Questions that both answered.
    public var questions: Int
    /// Questions whose greedy answers disagree about being right; nil for the macro average.
    public var disagreements: McNemar?
    /// The figures.
    public var figures: [Figure]
  }

  /// What the first is called.
  public var firstName: String
  /// What the second is called.
  public var secondName: String
  /// The benchmarks that both have, and the macro average where there are several.
  public var rows: [Row]
  /// What is worth a remark: questions or settings that only one has.
  public var remarks: [String]

  /// The p-value below which a difference counts.
  public static let level = 0.05

  /// Compares two models' results on the benchmarks and the questions that both have.
  ///
  /// Throws where there are none.
  public init(
    _ first: EvaluationResults, _ second: EvaluationResults, names: (String, String), bootstrap: Bootstrap
  ) throws {
    (firstName, secondName) = names
    (rows, remarks) = ([], [])
    var all: [(measures: [Measure], pairs: [(Replicates, Replicates)])] = []
    for (index, benchmark) in first.header.benchmarks.enumerated() {
      guard let other = second.header.benchmarks.firstIndex(where: { $0.name == benchmark.name }) else {
        remarks.append("only \(names.0) has answers to \(benchmark.name)")
        continue
      }
      let (one, two, rest) = Self.paired(first.benchmarks[index], second.benchmarks[other])
      if rest > 0 {
        remarks.append("\(counted(rest, "question")) of \(benchmark.name) \(rest == 1 ? "is" : "are") not in both and left out")
      }
      guard !one.isEmpty else { continue }
      remarks += Self.remarks(benchmark, second.header.benchmarks[other], names: names)
      let measures = [one, two].map { questions in Measure.all(of: questions) }
      let both = measures[0].filter { measure in measures[1].contains { $0.name == measure.name } }
      let (left, right) = (
        bootstrap.replicates(of: both, place: UInt32(index)),
        bootstrap.replicates(of: both.compactMap { measure in measures[1].first { $0.name == measure.name } }, place: UInt32(index))
      )
      let pairs = Array(zip(left, right))
      let test = McNemar(one.map(\.isGreedyCorrect), two.map(\.isGreedyCorrect))
      all.append((both, pairs))
      rows.append(
        Row(name: benchmark.name, questions: one.count, disagreements: test, figures: Self.figures(both, pairs, exact: test)))
    }
    for benchmark in second.header.benchmarks where !first.header.benchmarks.contains(where: { $0.name == benchmark.name }) {
      remarks.append("only \(names.1) has answers to \(benchmark.name)")
    }
    guard !rows.isEmpty else {
      throw EvaluationError(.results, "\(names.0) and \(names.1) have no question in common: expected answers to the same benchmarks")
    }
    if all.count > 1 { rows.append(Self.average(all, questions: rows.reduce(0) { $0 + $1.questions })) }
  }

  private static func average(_ all: [(measures: [Measure], pairs: [(Replicates, Replicates)])], questions: Int) -> Row {
    let shared = all[0].measures.filter { measure in all.allSatisfy { $0.measures.contains { $0.name == measure.name } } }
    let pairs = shared.map { measure in
      let found = all.compactMap { part in part.measures.firstIndex { $0.name == measure.name }.map { part.pairs[$0] } }
      return (Replicates.mean(found.map(\.0)), Replicates.mean(found.map(\.1)))
    }
    return Row(name: "macro average", questions: questions, disagreements: nil, figures: figures(shared, pairs, exact: nil))
  }

  private static func figures(_ measures: [Measure], _ pairs: [(Replicates, Replicates)], exact: McNemar?) -> [Figure] {
    zip(measures, pairs).map { measure, pair in
      let difference = Replicates.difference(from: pair.0, to: pair.1)
      let test = measure.name == "greedy_accuracy" ? exact : nil
      return Figure(
        name: measure.name, title: measure.title, unit: measure.unit, first: pair.0.estimate, second: pair.1.estimate,
        difference: difference.estimate, significance: test?.significance ?? difference.significance, isExact: test != nil)
    }
  }

  /// The judged questions that both have, in the first's order, and how many are left over. Questions are the same that have one identifier,
  /// text and label; of several such the first ones make the first pair.
  private static func paired(
    _ first: [JudgedQuestion], _ second: [JudgedQuestion]
  ) -> (first: [JudgedQuestion], second: [JudgedQuestion], rest: Int) {
    var others: [String: [JudgedQuestion]] = [:]
    func key(_ judged: JudgedQuestion) -> String {
      ([judged.question.id, judged.question.text] + judged.question.answers).joined(separator: "\u{0}")
    }
    for judged in second.reversed() { others[key(judged), default: []].append(judged) }
    var pairs: [(JudgedQuestion, JudgedQuestion)] = []
    for judged in first {
      if let other = others[key(judged)]?.popLast() { pairs.append((judged, other)) }
    }
    return (pairs.map(\.0), pairs.map(\.1), first.count + second.count - 2 * pairs.count)
  }

  /// How else than by their models the answers to a benchmark differ.
  private static func remarks(
    _ first: EvaluationHeader.Benchmark, _ second: EvaluationHeader.Benchmark, names: (String, String)
  ) -> [String] {
    var settings: [String] = []
    if first.prompt != second.prompt || first.system != second.system { settings.append("prompts") }
    if first.judge != second.judge { settings.append("judges") }
    if first.maximumTokens != second.maximumTokens {
      settings.append("limits of tokens (\(first.maximumTokens) and \(second.maximumTokens))")
    }
    return settings.isEmpty ? [] : ["the two differ on \(first.name) by their \(settings.joined(separator: " and ")), too"]
  }
}
