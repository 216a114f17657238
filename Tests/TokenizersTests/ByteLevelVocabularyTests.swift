import Files
import Foundation
import JSON
import TestSupport
import Testing
import Tokenizers

@Suite struct ByteLevelVocabularyTests {
  private static let words = [
    " apples", " Tom", "Q", ":", "\n", " Let", " us", "0", "9", "boxed", " \\", "}.", "'s", "  ", " Zoë", " 世界",
  ]

  @Test("Writes the file that hugging faces library was asked about") func writesTheFileThatHuggingFacesLibraryWasAskedAbout() throws {
    let vocabulary = try ByteLevelVocabulary(words: Self.words)
    #expect(try vocabulary.encodedTokenizer() == TestFiles.data("words.tokenizer.json"))
    #expect(vocabulary.size == 268)
  }

  @Test("Each word is one token") func eachWordIsOneToken() throws {
    let vocabulary = try ByteLevelVocabulary(words: Self.words)
    let tokenizer = try Tokenizer(json: vocabulary.encodedTokenizer())
    #expect(tokenizer.vocabularySize == vocabulary.size)
    var ids: Set<Int32> = []
    for word in Self.words {
      let encoded = tokenizer.encode(word)
      #expect(encoded.count == 1 && ids.insert(encoded[0]).inserted, "\(word.debugDescription)")
      #expect(tokenizer.decode(encoded) == word)
    }
  }

  @Test(
    "Every text comes back",
    arguments: ["Q: Tom has 12 apples.\n Let us", "\\boxed{41}.", "Zoë ½ 世界 👩‍🚀\0\u{FFFD}", "a  b   c\n\n\r\n", "<|endoftext|>"])
  func everyTextComesBack(_ text: String) throws {
    let tokenizer = try Tokenizer(json: try ByteLevelVocabulary(words: Self.words).encodedTokenizer())
    #expect(tokenizer.decode(tokenizer.encode(text)) == text)
  }

  @Test("Digits and the space before them are tokens of their own") func digitsAndTheSpaceBeforeThemAreTokensOfTheirOwn() throws {
    let tokenizer = try Tokenizer(json: try ByteLevelVocabulary(words: []).encodedTokenizer())
    #expect(tokenizer.encode(" 12").map { tokenizer.decode([$0]) } == [" ", "1", "2"])
  }

  @Test(
    "Refuses words that no text becomes",
    arguments: [["two words"], ["12"], [" 1"], [""], ["it's"], ["a", "a"], [" a "], ["<|endoftext|>"], ["\n\nx"]])
  func refusesWordsThatNoTextBecomes(_ words: [String]) {
    let error = #expect(throws: FileError.self) { try ByteLevelVocabulary(words: words) }
    #expect(error?.message.hasPrefix("vocabulary: the word \(words[0].debugDescription) ") == true)
  }

  @Test("The configuration names the special tokens") func theConfigurationNamesTheSpecialTokens() throws {
    let vocabulary = try ByteLevelVocabulary(words: Self.words)
    let data = vocabulary.encodedTokenizerConfiguration(maximumPositions: 512)
    guard case .object(let fields) = try JSONReader.value(of: Array(data), source: "tokenizer_config.json") else {
      Issue.record("not an object")
      return
    }
    #expect(fields["eos_token"] == .string("<|endoftext|>"))
    #expect(fields["model_max_length"] == .integer(512))
  }
}
