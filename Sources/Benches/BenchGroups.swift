import Demonstration
import EMPO
import Foundation
import HuggingFace
import Rollouts
import Runs
import Tensors
import Tokenizers

/// Groups of responses as a small model writes them: word problems worked out, with a boxed answer each, scored as in a run.
struct BenchGroups: Sendable {
  /// The groups. What judges remember of one is of no use for another.
  let groups: [ScoredGroup]

  /// What scores them.
  let scorer: GroupScorer

  /// Tokens that end a response.
  let endTokens: Set<Int32>

  /// Tokens lie below this.
  let vocabularySize: UInt32

  /// How many there are.
  private static let count = 64

  /// Responses of `length` tokens in groups of `size`, of which most have one meaning.
  init(size: Int, length: Int) throws {
    let base = try BaseModel(.embedded)
    let tokenizer = base.tokenizer
    endTokens = Set(base.configuration.endTokens)
    vocabularySize = UInt32(base.configuration.vocabularySize)
    scorer = try RunConfiguration().scorer(judge: .math, tokenizer: tokenizer, lanes: Lanes(count: 1))
    let end = Array(base.configuration.endTokens.prefix(1))
    let workings = Self.workings().map { tokenizer.encode($0, addingSpecialTokens: false) }
    var groups: [ScoredGroup] = []
    for group in 0..<Self.count {
      let samples = (0..<size).map { sample in
        let answer = 17 * group + (sample % 5 == 4 ? sample : 0)
        let last = tokenizer.encode(" The answer is \\boxed{\(answer)}.", addingSpecialTokens: false) + end
        let working = workings[(group * size + sample) % workings.count]
        return Self.sample(of: working, last: last, length: length)
      }
      groups.append(try scorer.score(samples, of: GroupScorer.Subject(question: "?", seed: 0, step: 0, slot: 0)))
    }
    self.groups = groups
  }

  /// A working, over and over, and the answer behind it; cut off where there is no room for both.
  private static func sample(of working: [Int32], last: [Int32], length: Int) -> Sample {
    let room = length - last.count
    let tokens = room > 0 ? (0..<room).map { working[$0 % working.count] } + last : Array(last.prefix(length))
    return Sample(
      tokens: tokens, logProbabilities: (0..<length).map { -Float($0 % 7) / 3 }, isTruncated: room < 0)
  }

  /// What responses say before their answers.
  private static func workings() -> [String] {
    WordProblems.pretrainingDocuments(seed: 1, count: 512).compactMap { document in
      guard let start = document.firstRange(of: "\nA:"), let end = document.firstRange(of: " The answer is"),
        start.upperBound < end.lowerBound
      else { return nil }
      return String(document[start.upperBound..<end.lowerBound])
    }
  }
}
