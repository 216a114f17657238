import Foundation
import Testing
import Tokenizers

/// A tokenizer whose ids from 1 to 256 are the bytes.
@Suite struct StreamingDecoderTests {
  private let tokenizer: Tokenizer

  init() throws { tokenizer = try Tokenizer(json: try ByteLevelVocabulary(words: []).encodedTokenizer()) }

  @Test("Gives characters whole") func givesCharactersWhole() {
    var decoder = StreamingDecoder(tokenizer)
    #expect("aé世🚀".utf8.map { decoder.append(1 + Int32($0)) } == ["a", "", "é", "", "", "世", "", "", "", "🚀"])
    #expect(decoder.finish() == "")
  }

  @Test("Ends with what is unfinished") func endsWithWhatIsUnfinished() {
    var decoder = StreamingDecoder(tokenizer)
    #expect([0x61, 0xE4, 0xB8].map { decoder.append(1 + $0) } == ["a", "", ""])
    #expect(decoder.finish() == "\u{FFFD}")
    #expect(decoder.append(1 + 0x62) == "b")
  }

  /// All that begins like a character and goes on otherwise: what comes out must add up to what decoding at once gives.
  @Test("Adds up to the whole text") func addsUpToTheWholeText() {
    let bytes: [Int32] = [0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xE1, 0xED, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF]
    for first in bytes {
      for second in bytes {
        for third in bytes {
          for fourth in bytes {
            let ids = [first, second, third, fourth].map { $0 + 1 }
            var decoder = StreamingDecoder(tokenizer)
            let text = ids.map { decoder.append($0) }.joined() + decoder.finish()
            #expect(text.utf8.elementsEqual(tokenizer.decode(ids).utf8), "\(ids)")
          }
        }
      }
    }
  }

  @Test(
    "Counts the bytes of an unfinished character",
    arguments: [
      ([], 0), ([0x61], 0), ([0xC3], 1), ([0xC3, 0xA9], 0), ([0xE4], 1), ([0xE4, 0xB8], 2), ([0xE4, 0xB8, 0x96], 0),
      ([0xF0, 0x9F, 0x9A], 3),
      ([0x80], 0), ([0xC1], 0), ([0xF5], 0), ([0xE0, 0x9F], 0), ([0xED, 0xA0], 0), ([0xF0, 0x8F], 0), ([0xF4, 0x90], 0),
      ([0xF4, 0x8F, 0xBF], 3),
      ([0x80, 0x80, 0x80, 0x80], 0),
    ] as [([UInt8], Int)])
  func countsTheBytesOfAnUnfinishedCharacter(_ bytes: [UInt8], _ count: Int) {
    #expect(UTF8Scalars.unfinished(bytes) == count)
  }

  @Test("Skips special tokens and unknown ids") func skipsSpecialTokensAndUnknownIds() {
    var decoder = StreamingDecoder(tokenizer, skippingSpecialTokens: true)
    #expect(decoder.append(0) == "" && decoder.append(-1) == "" && decoder.append(.max) == "" && decoder.finish() == "")
    decoder = StreamingDecoder(tokenizer)
    #expect(decoder.append(0) == "<|endoftext|>")
  }

  @Test("Tokens tell their bytes") func tokensTellTheirBytes() {
    #expect(tokenizer.bytes(of: 1 + 0xE4) == [0xE4])
    #expect(tokenizer.bytes(of: 0) == Array("<|endoftext|>".utf8))
    #expect(tokenizer.bytes(of: -1) == nil && tokenizer.bytes(of: 257) == nil)
    #expect(tokenizer.isSpecial(0) && !tokenizer.isSpecial(1) && !tokenizer.isSpecial(-1))
  }
}
