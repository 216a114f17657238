/// What the answers of a step look like, as far as no label is needed.
public struct AnswerFigures: Sendable, Equatable, Codable {
  /// The mean share of a group in its largest cluster of answers; 0 for a group without answers.
  public var majorityShare = 0.0

  /// The mean number of meanings in a group, each empty answer counted as one. From 1 to G.
  public var distinctAnswers = 0.0

  /// Of the latest questions with an answer, the share whose most frequent answer is one and the same text: near 1 for a model that says the
  /// same whatever it is asked. The questions are those of ``AnswerMemory/window`` steps.
  public var sharedShare = 0.0

  /// The share of responses without an answer.
  public var emptyShare = 0.0

  /// The mean of -ln p(token) over the tokens of the responses, in nats: an estimate of the policy's entropy a token, without bias where
  /// `sampling.temperature` is 1 and nothing is cut off the distribution.
  public var tokenEntropy = 0.0

  /// Of the questions that were sure before, and are now, the share that is sure of another answer than the first time; nil where the step
  /// asks fewer than ``AnswerMemory/fewest`` of them. Sure is a group of which at least half have one meaning.
  public var flippedShare: Double?

  /// Creates figures of which all are 0.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case majorityShare = "majority_share"
    case distinctAnswers = "distinct_answers"
    case sharedShare = "shared_answer_share"
    case emptyShare = "empty_share"
    case tokenEntropy = "token_entropy"
    case flippedShare = "flipped_share"
  }
}

/// What is remembered of the groups of earlier steps, to compare later ones with: a function of the groups that it saw, in order.
public struct AnswerMemory: Sendable, Equatable, Codable {
  /// The steps over which answers to different questions are compared.
  public static let window = 8

  /// The fewest questions that make a share.
  public static let fewest = 4

  /// The first answer that a question was sure of, by question. Both are marks of their tokens and text.
  private var first: [UInt64: UInt32] = [:]

  /// The most frequent answers of the latest steps' groups that have answers. Shape [steps][groups].
  private var latest: [[UInt32]] = []

  /// Remembers nothing.
  public init() {}

  /// Takes note of a step's groups, in slot order, and says what they look like. O(responses).
  public mutating func note(_ groups: [PromptedGroup]) -> AnswerFigures {
    var figures = AnswerFigures()
    var (responses, empty, tokens, surprise) = (0, 0, 0, 0.0)
    var answers: [UInt32] = []
    var (known, flipped) = (0, 0)
    for prompted in groups {
      let group = prompted.group.responses
      responses += group.count
      empty += group.count(where: \.answer.isEmpty)
      for response in group {
        tokens += response.tokens.count
        surprise -= response.tokenLogProbabilities.reduce(0) { $0 + Double($1) }
      }
      figures.distinctAnswers += Double(Set(group.map(\.cluster)).count)
      guard let majority = Majority(group) else { continue }
      figures.majorityShare += majority.share
      answers.append(majority.answer)
      guard majority.share >= 0.5 else { continue }
      let question = mark(prompted.promptTokens)
      guard let earlier = first[question] else {
        first[question] = majority.answer
        continue
      }
      known += 1
      if !majority.answers.contains(earlier) { flipped += 1 }
    }
    latest = (latest + [answers]).suffix(Self.window)
    let count = Double(max(1, groups.count))
    figures.majorityShare /= count
    figures.distinctAnswers /= count
    figures.emptyShare = Double(empty) / Double(max(1, responses))
    figures.tokenEntropy = surprise / Double(max(1, tokens))
    figures.flippedShare = known >= Self.fewest ? Double(flipped) / Double(known) : nil
    figures.sharedShare = share(of: latest.joined())
    return figures
  }

  private enum CodingKeys: String, CodingKey {
    case questions, answers, latest
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let questions = try container.decode([UInt64].self, forKey: .questions)
    let answers = try container.decode([UInt32].self, forKey: .answers)
    guard questions.count == answers.count else {
      throw DecodingError.dataCorruptedError(forKey: .answers, in: container, debugDescription: "an answer is missing for a question")
    }
    first = Dictionary(zip(questions, answers)) { first, _ in first }
    latest = try container.decode([[UInt32]].self, forKey: .latest)
  }

  /// Writes the questions in the order of their marks: a dictionary's own order is another one in every process.
  public func encode(to encoder: any Encoder) throws {
    let known = first.sorted { $0.key < $1.key }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(known.map(\.key), forKey: .questions)
    try container.encode(known.map(\.value), forKey: .answers)
    try container.encode(latest, forKey: .latest)
  }

  /// The share of the most frequent one.
  private func share(of answers: some Sequence<UInt32>) -> Double {
    var counts: [UInt32: Int] = [:]
    for answer in answers { counts[answer, default: 0] += 1 }
    return Double(counts.values.max() ?? 0) / Double(max(1, counts.values.reduce(0, +)))
  }
}

/// The largest cluster of a group's answers.
private struct Majority {
  /// Its share of the group.
  let share: Double
  /// The marks of its answers.
  let answers: Set<UInt32>
  /// The mark of the most frequent of them; of equally frequent ones the one that came first.
  let answer: UInt32

  /// Nil where no response has an answer.
  init?(_ responses: [ScoredResponse]) {
    var sizes = Array(repeating: 0, count: responses.count)
    for response in responses where !response.answer.isEmpty { sizes[response.cluster] += 1 }
    guard let largest = sizes.max(), largest > 0, let cluster = sizes.firstIndex(of: largest) else { return nil }
    var counts: [UInt32: Int] = [:]
    var best: (answer: UInt32, count: Int) = (0, 0)
    let answers = responses.filter { $0.cluster == cluster && !$0.answer.isEmpty }.map { UInt32(truncatingIfNeeded: mark($0.answer.utf8)) }
    for answer in answers { counts[answer, default: 0] += 1 }
    for answer in answers where counts[answer, default: 0] > best.count { best = (answer, counts[answer, default: 0]) }
    (share, self.answers, answer) = (Double(largest) / Double(responses.count), Set(answers), best.answer)
  }
}

/// A number that stands for a sequence, the same in every process: FNV-1a (Fowler, Noll, Vo) over 32-bit words. Two that differ have the same
/// one so rarely that it changes no figure noticeably.
private func mark(_ words: some Sequence<some FixedWidthInteger>) -> UInt64 {
  words.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64(UInt32(truncatingIfNeeded: $1))) &* 0x0000_0100_0000_01b3 }
}
