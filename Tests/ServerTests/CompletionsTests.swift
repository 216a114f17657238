import Foundation
import Hummingbird
import JSON
import Rollouts
import Testing
import Tokenizers

@Suite(.timeLimit(.minutes(15)))
struct CompletionsTests {
  @Test("A completion has open a is shape") func aCompletionHasOpenAIsShape() async throws {
    try await TestServer.run { server in
      let answer = try await server.complete(
        #"{"model": "tiny/model", "prompt": "abcd", "max_tokens": 3, "seed": 5, "user": "me"}"#)
      #expect(answer.status == .ok)
      #expect(answer.headers[.contentType] == "application/json")
      let json = answer.json
      #expect(json.keys == ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])
      #expect(json["id"].text.hasPrefix("cmpl-"))
      #expect(json["object"] == .string("text_completion"))
      #expect(json["model"] == .string("tiny/model"))
      #expect(json["system_fingerprint"] == .string("seed-5"))
      #expect(json["choices"].elements.count == 1)
      #expect(json["choices"][0].keys == ["index", "text", "logprobs", "finish_reason"])
      #expect(json["choices"][0]["text"] == .string("bcd"))
      #expect(json["choices"][0]["logprobs"] == .null)
      #expect(json["choices"][0]["finish_reason"] == .string("length"))
      #expect(json["usage"]["prompt_tokens"] == .integer(4))
      #expect(json["usage"]["completion_tokens"] == .integer(3))
      #expect(json["usage"]["total_tokens"] == .integer(7))
    }
  }

  @Test("What a request asks for reaches the source") func whatARequestAsksForReachesTheSource() async throws {
    try await TestServer.run { server in
      _ = try await server.complete(
        """
        {"prompt": "ab", "max_tokens": 7, "temperature": 0.5, "top_p": 0.25, "top_k": 3, "n": 2, "best_of": 2, "seed": -1, "logprobs": 4,
         "stop": ["x", "yz"], "suffix": null, "presence_penalty": 0, "frequency_penalty": 0.0, "logit_bias": {}}
        """)
      let request = try #require(server.source.requests.first)
      #expect(request.promptTokens == server.tokenizer.encode("ab", addingSpecialTokens: true))
      #expect(request.options == SamplingOptions(temperature: 0.5, topK: 3, topP: 0.25, maximumNewTokens: 7))
      #expect(request.sampleCount == 2)
      #expect(request.seed == UInt64.max)
      #expect(request.alternativeCount == 4)
      #expect(request.stopTexts == ["x", "yz"])
      #expect(request.stopTokens == [0])
      #expect(!request.scoresPrompt)
    }
  }

  @Test("Defaults are open a is") func defaultsAreOpenAIs() async throws {
    try await TestServer.run { server in
      _ = try await server.complete(#"{"prompt": "ab", "stop": "x"}"#)
      _ = try await server.complete(#"{"prompt": "ab", "temperature": 0}"#)
      let requests = server.source.requests
      #expect(requests.map(\.options) == [SamplingOptions(maximumNewTokens: 16), .greedy(maximumNewTokens: 16)])
      #expect(requests.map(\.sampleCount) == [1, 1])
      #expect(requests[0].stopTexts == ["x"])
      #expect(requests[1].seed == 0)
    }
  }

  @Test("Without a seed every prompt has its own and the fingerprint tells the first")
  func withoutASeedEveryPromptHasItsOwnAndTheFingerprintTellsTheFirst() async throws {
    try await TestServer.run { server in
      let answer = try await server.complete(#"{"prompt": ["ab", "ab"], "max_tokens": 1}"#)
      let seeds = server.source.requests.map(\.seed)
      #expect(Set(seeds).count == 2)
      #expect(answer.json["system_fingerprint"] == .string("seed-\(seeds[0])"))
      _ = try await server.complete(#"{"prompt": ["ab", "ab"], "max_tokens": 1, "seed": 9}"#)
      #expect(server.source.requests.dropFirst(2).map(\.seed) == [9, 9])
    }
  }

  @Test(
    "Prompts are texts or tokens",
    arguments: [
      (#""abc""#, ["abc"]), (#"["abc", "de"]"#, ["abc", "de"]), ("TOKENS", ["abc"]), ("[TOKENS, TOKENS]", ["abc", "abc"]),
    ])
  func promptsAreTextsOrTokens(_ prompt: String, _ texts: [String]) async throws {
    try await TestServer.run { server in
      let tokens = "\(server.tokenizer.encode("abc", addingSpecialTokens: true))"
      let answer = try await server.complete(
        #"{"prompt": \#(prompt.replacingOccurrences(of: "TOKENS", with: tokens)), "max_tokens": 0, "echo": true, "n": 2}"#)
      #expect(answer.json["choices"].elements.map(\.["text"].text) == texts.flatMap { [$0, $0] })
      #expect(answer.json["choices"].elements.map(\.["index"]) == (0..<texts.count * 2).map { .integer($0) })
      #expect(answer.json["choices"][0]["finish_reason"] == .string("length"))
      #expect(answer.json["usage"]["completion_tokens"] == .integer(0))
    }
  }

  @Test("A stop token ends a choice and is one of its tokens") func aStopTokenEndsAChoiceAndIsOneOfItsTokens() async throws {
    try await TestServer.run { server in
      let tokens = server.tokenizer.encode("ab", addingSpecialTokens: false) + [0]
      let json = try await server.complete(#"{"prompt": \#(tokens), "seed": 0, "logprobs": 0}"#).json
      #expect(json["choices"][0]["text"] == .string("ab"))
      #expect(json["choices"][0]["finish_reason"] == .string("stop"))
      #expect(json["usage"]["completion_tokens"] == .integer(3))
      #expect(json["choices"][0]["logprobs"]["tokens"].elements.map(\.text) == ["a", "b", "<|endoftext|>"])
      #expect(json["choices"][0]["logprobs"]["text_offset"].numbers == [0, 1, 2])
      #expect(json["choices"][0]["logprobs"]["top_logprobs"].elements.map(\.keys) == [["a"], ["b"], ["<|endoftext|>"]])
    }
  }

  @Test("Echo scores the prompt as evaluations read it") func echoScoresThePromptAsEvaluationsReadIt() async throws {
    try await TestServer.run { server in
      let json = try await server.complete(
        #"{"prompt": "abcd", "max_tokens": 1, "seed": 0, "temperature": 0, "echo": true, "logprobs": 2}"#
      ).json
      let logprobs = json["choices"][0]["logprobs"]
      #expect(json["choices"][0]["text"] == .string("abcda"))
      #expect(logprobs.keys == ["tokens", "token_logprobs", "top_logprobs", "text_offset"])
      #expect(logprobs["tokens"].elements.map(\.text) == ["a", "b", "c", "d", "a"])
      #expect(logprobs["token_logprobs"].numbers == [nil, -0.25, -0.375, -0.5, -0.125])
      #expect(logprobs["text_offset"].numbers == [0, 1, 2, 3, 4])
      #expect(logprobs["top_logprobs"][0] == .null)
      // A token was the most probable one exactly if none of those told is more probable: at even positions here.
      for position in 1..<5 {
        guard case .object(let told) = logprobs["top_logprobs"][position] else {
          Issue.record("position \(position) has no alternatives")
          continue
        }
        let own = logprobs["token_logprobs"].numbers[position]
        let largest = JSONValue.array(told.members.map(\.value)).numbers.compactMap { $0 }.max()
        #expect((own == largest) == (position % 2 == 0))
        #expect(told[logprobs["tokens"][position].text] != nil)
        #expect(told.members.count == (position % 2 == 0 ? 2 : 3))
      }
      #expect(server.source.requests.first?.scoresPrompt == true)
    }
  }

  @Test("Offsets count characters and parts of them are spelled out") func offsetsCountCharactersAndPartsOfThemAreSpelledOut() async throws
  {
    try await TestServer.run { server in
      // Each character of more than one byte has a token for each of its bytes; a special token stands in the middle.
      let text = "é€😀"
      let tokens = server.tokenizer.encode(text, addingSpecialTokens: false)
      try #require(tokens.count == 9)
      let json = try await server.complete(#"{"prompt": \#([0] + tokens), "max_tokens": 1, "echo": true, "logprobs": 1, "seed": 1}"#).json
      let logprobs = json["choices"][0]["logprobs"]
      #expect(json["choices"][0]["text"].text.hasPrefix("<|endoftext|>" + text))
      #expect(logprobs["text_offset"].numbers == [0, 13, 13, 14, 14, 14, 15, 15, 15, 15, 16])
      #expect(logprobs["tokens"].elements.prefix(3).map(\.text) == ["<|endoftext|>", #"bytes:\xc3"#, #"bytes:\xa9"#])
    }
  }

  @Test(
    "Offsets go on behind what is no character",
    arguments: [
      ([0xE0, 0x80], [0, 1, 2]), ([0xED, 0xA0, 0x80], [0, 1, 2, 3]), ([0xF4, 0x90], [0, 1, 2]), ([0xF0, 0x9F, 0xE2], [0, 0, 1, 2]),
      ([0xC1, 0x80], [0, 1, 2]), ([0xE2, 0x82], [0, 0, 1]),
    ] as [([UInt8], [Double])])
  func offsetsGoOnBehindWhatIsNoCharacter(_ bytes: [UInt8], _ offsets: [Double]) async throws {
    try await TestServer.run { server in
      let tokens = try (bytes + [UInt8(ascii: "a")]).map { byte in
        try #require((0..<1000 as Range<Int32>).first { server.tokenizer.bytes(of: $0) == [byte] })
      }
      let json = try await server.complete(#"{"prompt": \#(tokens), "max_tokens": 0, "echo": true, "logprobs": 0}"#).json
      let told = json["choices"][0]["logprobs"]["text_offset"].numbers
      #expect(told == offsets)
      let text = Array(json["choices"][0]["text"].text.unicodeScalars)
      #expect(try text[Int(#require(told.last ?? nil))...] == ["a"])
    }
  }

  @Test("What is impossible has the least number") func whatIsImpossibleHasTheLeastNumber() async throws {
    try await TestServer.run { server in
      let json = try await server.complete(#"{"prompt": "ab", "max_tokens": 1, "logprobs": 20, "seed": 1}"#).json
      guard case .object(let told) = json["choices"][0]["logprobs"]["top_logprobs"][0] else {
        Issue.record("no alternatives")
        return
      }
      #expect(told.members.map(\.value).filter { $0 == .number(-9999) }.count == 10)
    }
  }

  @Test("A default length is cut to the room that is left") func aDefaultLengthIsCutToTheRoomThatIsLeft() async throws {
    try await TestServer.run { server in
      let prompt = Array(repeating: 70, count: 120)
      let answer = try await server.complete(#"{"prompt": \#(prompt)}"#)
      #expect(answer.json["usage"]["completion_tokens"] == .integer(8))
    }
  }
}
