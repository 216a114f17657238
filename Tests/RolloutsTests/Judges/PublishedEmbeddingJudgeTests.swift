import Foundation
import Meaning
import Rollouts
import Testing
import Transformer

private let folder = ProcessInfo.processInfo.environment["EMPO_MINILM"] ?? ""

/// The judge with all-MiniLM-L6-v2, in the folder that EMPO_MINILM names.
@Suite(.enabled(if: !folder.isEmpty, "EMPO_MINILM names no folder of all-MiniLM-L6-v2: scripts/fetch_minilm.sh fetches it"))
struct PublishedEmbeddingJudgeTests {
  /// A question, answers of one meaning, and others.
  static let questions: [(question: String, same: [String], others: [String])] = [
    (
      "What is the capital of France?", ["Paris", "the city of Paris", "Paris, France", "It is Paris."],
      ["London", "Lyon", "Berlin", "Rome"]
    ),
    (
      "Who wrote Romeo and Juliet?", ["William Shakespeare", "Shakespeare", "It was written by Shakespeare"],
      ["Christopher Marlowe", "Charles Dickens", "Ben Jonson"]
    ),
    (
      "Why is the sky blue?",
      [
        "Rayleigh scattering", "Because of Rayleigh scattering of sunlight", "air molecules scatter blue light more than red light",
      ], ["the reflection of the ocean", "absorption by ozone", "because of dust particles"]
    ),
    ("What gas do plants absorb?", ["carbon dioxide", "CO2", "carbon dioxide (CO2)"], ["oxygen", "nitrogen", "methane"]),
    (
      "When did World War II end?", ["1945", "in 1945", "September 1945", "2 September 1945"], ["1944", "1918", "1939", "in 1946"]
    ),
    (
      "What is the largest planet?", ["Jupiter", "the planet Jupiter", "Jupiter is the largest"],
      ["Saturn", "Neptune", "the planet Saturn"]
    ),
    (
      "Does the company owe the tax?", ["yes", "Yes, it owes the tax", "It does"], ["no", "No, it does not owe the tax", "It does not"]
    ),
    (
      "What does the central bank do to fight inflation?",
      ["raise interest rates", "increase interest rates", "It raises the interest rate"],
      ["lower interest rates", "print money", "cut interest rates"]
    ),
    (
      "What is the powerhouse of the cell?", ["mitochondria", "the mitochondrion", "the mitochondria of the cell"],
      ["nucleus", "ribosome", "the cell nucleus"]
    ),
    ("How many legs does a spider have?", ["8", "eight", "eight legs"], ["6", "six", "ten legs"]),
  ]

  @Test("Clusters paraphrases") func clustersParaphrases() throws {
    let judge = try EmbeddingJudge(folder: URL(filePath: folder), options: .init(threshold: 0.7))
    let answers = ["Paris", "the city of Paris", "London", "Paris, France", "the city of London"]
    #expect(try judge.clusters(of: answers, question: "What is the capital of France?") == [0, 0, 1, 0, 1])
  }

  /// The figures behind the usual threshold.
  @Test("The usual threshold joins few that differ") func theUsualThresholdJoinsFewThatDiffer() throws {
    let encoder = try SentenceEncoder(folder: folder)
    for includesQuestion in [false, true] {
      let judge = try EmbeddingJudge(encoder, options: .init(includesQuestion: includesQuestion))
      var (pairs, joined, otherPairs, wronglyJoined) = (0, 0, 0, 0)
      for (question, same, others) in Self.questions {
        for (index, first) in same.enumerated() {
          for second in same[(index + 1)...] {
            pairs += 1
            if try judge.isEqual(first, second, question: question) { joined += 1 }
          }
          for second in others {
            otherPairs += 1
            if try judge.isEqual(first, second, question: question) { wronglyJoined += 1 }
          }
        }
      }
      print(
        "at cosine \(judge.options.usualThreshold)\(includesQuestion ? " with the question" : ""): \(joined) of \(pairs) paraphrases joined, "
          + "\(wronglyJoined) of \(otherPairs) different answers")
      #expect(3 * joined >= pairs && 20 * wronglyJoined <= otherPairs)
    }
  }
}
