import Demonstration
import Questions
import Testing

@Suite struct VocabularyTests {
  @Test("The vocabulary covers every generated text") func theVocabularyCoversEveryGeneratedText() {
    let vocabulary = Set(WordProblems.vocabulary)
    let documents = Array(WordProblems.pretrainingDocuments(seed: 2, count: 8_000))
    let prompts = (WordProblems.questions(seed: 2, count: 1_000) + WordProblems.heldOut(seed: 2)).map { WordProblems.prompt(for: $0.text) }
    var used: Set<String> = []
    for text in documents + prompts {
      let pieces = WordProblems.pieces(of: text)
      #expect(pieces.joined() == text)
      used.formUnion(pieces)
    }
    #expect(used.subtracting(vocabulary).isEmpty)
    #expect(vocabulary.subtracting(used).isEmpty, "nothing in the vocabulary is idle")
  }

  @Test("The vocabulary is sorted and small") func theVocabularyIsSortedAndSmall() {
    #expect(WordProblems.vocabulary == WordProblems.vocabulary.sorted())
    #expect(WordProblems.vocabulary.count < 150)
  }

  @Test(
    "Text falls into words and digits",
    arguments: [
      ("Q: Tom has 45 apples.\nA:", ["Q", ":", " Tom", " has", " ", "4", "5", " apples", ".", "\n", "A", ":"]),
      (" First 2*3=16.", [" First", " ", "2", "*", "3", "=", "1", "6", "."]),
      (" is \\boxed{43}.", [" is", " \\", "boxed", "{", "4", "3", "}."]),
      (" Quick: 2+3=5, 5+6=11.", [" Quick", ":", " ", "2", "+", "3", "=", "5", ",", " ", "5", "+", "6", "=", "1", "1", "."]),
      ("", []),
    ])
  func textFallsIntoWordsAndDigits(text: String, pieces: [String]) {
    #expect(WordProblems.pieces(of: text) == pieces)
  }
}
