import Demonstration
import Testing
import Tokenizers

@Suite struct WordProblemTokenizerTests {
  @Test("A tokenizer of the vocabulary has one token a piece") func aTokenizerOfTheVocabularyHasOneTokenAPiece() throws {
    let vocabulary = try ByteLevelVocabulary(words: WordProblems.vocabulary)
    let tokenizer = try Tokenizer(json: vocabulary.encodedTokenizer())
    for text in WordProblems.pretrainingDocuments(seed: 4, count: 500) {
      let tokens = tokenizer.encode(text)
      #expect(tokens.map { tokenizer.decode([$0]) } == WordProblems.pieces(of: text))
    }
  }
}
