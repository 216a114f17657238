import ChatClient
import ChatTemplates
import Evaluation
import Foundation
import TestSupport
import Testing

/// A measurement of a model behind a server that echoes what it was asked.
@Suite struct ServerResponderTests {
  private static let questions = (0..<5).map {
    ServerResponder.Asking(
      "question \"\($0)\" of b",
      .chat([ChatMessage(role: "system", content: "s"), ChatMessage(role: "user", content: "q\($0) \"\n")]), place: UInt32($0),
      maximumTokens: 7 + $0)
  }

  private static func echo(_ body: String) -> String {
    let quoted = try? JSONEncoder().encode(body)
    return
      #"{"choices":[{"message":{"content":\#(String(decoding: quoted ?? Data(), as: UTF8.self))},"finish_reason":"length"}],"usage":{"completion_tokens":5}}"#
  }

  private static func answers(
    _ server: AnsweringServer, samples: Int = 2, seed: UInt64 = 1, concurrency: Int = 3, places: Range<Int> = 0..<5, timeout: Int = 60
  ) async throws -> [Int: [ModelResponse]] {
    let responder = ServerResponder(
      try ChatServer(server.address, model: "m", timeout: timeout), questions, samples: samples, seed: seed, concurrency: concurrency)
    var found: [Int: [ModelResponse]] = [:]
    for try await answered in responder.responses(to: places) { found[answered.place] = answered.responses }
    return found
  }

  @Test("A question gets a greedy response and samples with seeds of their own") func aQuestionGetsAGreedyResponseAndSamples() async throws
  {
    let server = try await AnsweringServer { _, path, body in path == "/v1/chat/completions" ? (200, Self.echo(body)) : (404, "") }
    let found = try await Self.answers(server)
    #expect(found.count == 5 && found.values.allSatisfy { $0.count == 3 })
    struct Asked: Decodable, Equatable {
      struct Message: Decodable, Equatable {
        var role: String
        var content: String
      }
      var model: String
      var messages: [Message]
      var temperature: Double
      var max_tokens: Int
      var seed: Int
    }
    var seeds: Set<Int> = []
    for (place, responses) in found {
      for (index, response) in responses.enumerated() {
        #expect(response.tokenCount == 5 && response.isTruncated)
        let asked = try JSONDecoder().decode(Asked.self, from: Data(response.text.utf8))
        #expect(asked.model == "m" && asked.temperature == (index == 0 ? 0 : 1) && asked.max_tokens == 7 + place)
        #expect(asked.messages.map(\.content) == ["s", "q\(place) \"\n"])
        seeds.insert(asked.seed)
      }
    }
    #expect(seeds.count == 15)
    #expect(server.most <= 3)
    #expect(try await Self.answers(server, concurrency: 15) == found)
    #expect(try await Self.answers(server, places: 3..<4) == found.filter { $0.key == 3 })
    #expect(try await Self.answers(server, seed: 2) != found)
    await server.stop()
  }

  @Test("A server that is busy once, or drops a connection, is asked again") func aServerThatIsBusyIsAskedAgain() async throws {
    let server = try await AnsweringServer { number, _, body in number == 0 ? (503, "busy") : number == 1 ? nil : (200, Self.echo(body)) }
    let found = try await Self.answers(server, samples: 0, concurrency: 2, places: 0..<2)
    #expect(found.count == 2)
    #expect(server.total == 4)
    await server.stop()
  }

  @Test(
    "A refusal is one line with the server's own words",
    arguments: [
      (404, "{\"error\": \"no such\nmodel\"}", "refused with status 404: {\"error\": \"no such model\"}"),
      (200, "hello", "replied hello, expected a completion"), (200, "{\"choices\": []}", "expected a completion"),
      (200, completion(tokens: "-7"), "replied a completion of -7 tokens, expected from 0 to 2147483647"),
      (200, completion(tokens: "2147483648"), "replied a completion of 2147483648 tokens, expected from 0 to 2147483647"),
      (200, completion(tokens: "9223372036854775807"), "replied a completion of 9223372036854775807 tokens, expected from 0 to 2147483647"),
      (200, String(repeating: "x", count: 64 << 20 + 1), "replied more than 67108864 bytes, expected a completion"),
    ])
  func aRefusalIsOneLine(status: Int, body: String, part: String) async throws {
    let server = try await AnsweringServer { _, _, _ in (status, body) }
    let error = await #expect(throws: ChatClientError.self) { try await Self.answers(server, samples: 0) }
    #expect(error?.message.hasPrefix(server.address) == true && error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
    await server.stop()
  }

  private static func completion(tokens: String) -> String {
    #"{"choices":[{"message":{"content":"1"},"finish_reason":"stop"}],"usage":{"completion_tokens":\#(tokens)}}"#
  }

  @Test("A server that sends on to another is refused with the other's address") func aRedirectNamesWhereItLeads() async throws {
    let server = try await AnsweringServer(headers: [("Location", "https://elsewhere/v1")]) { _, _, _ in (301, "") }
    let error = await #expect(throws: ChatClientError.self) { try await Self.answers(server, samples: 0) }
    #expect(
      error?.message.hasSuffix("refused with status 301: it sends on to https://elsewhere/v1: name the server there after --server") == true
    )
    await server.stop()
  }

  @Test(
    "The number of tokens is the server's, and unknown where it says none",
    arguments: [
      (completion(tokens: "0"), 0), (completion(tokens: "2147483647"), 2_147_483_647), (completion(tokens: "null"), nil),
      (#"{"choices":[{"text":"1"}]}"#, nil),
    ])
  func theNumberOfTokensIsTheServers(body: String, count: Int?) async throws {
    let server = try await AnsweringServer { _, _, _ in (200, body) }
    #expect(
      try await Self.answers(server, samples: 0, places: 0..<1) == [0: [ModelResponse(text: "1", tokenCount: count, isTruncated: false)]])
    await server.stop()
  }

  @Test("A reply that does not come ends in one line, without another attempt") func aReplyThatDoesNotComeEndsInOneLine() async throws {
    let server = try await AnsweringServer { _, _, _ in (0, "") }
    let error = await #expect(throws: ChatClientError.self) { try await Self.answers(server, samples: 0, places: 0..<1, timeout: 1) }
    #expect(
      error?.message
        == "\(server.address) does not answer: nothing whole came for 1 s: raise --timeout, or ask with fewer --concurrency")
    #expect(await eventually { server.ended == 1 })
    #expect(server.total == 1)
    await server.stop()
  }

  @Test("Whoever listens no more closes the connections") func whoeverListensNoMoreClosesTheConnections() async throws {
    let server = try await AnsweringServer { _, _, _ in (0, "") }
    let task = Task { try await Self.answers(server) }
    #expect(await eventually { server.total == 3 })
    task.cancel()
    #expect(await eventually { server.ended == 3 })
    _ = await task.result
    await server.stop()
  }

  @Test("A server that says when it will answer is asked then", arguments: ["0", "Sun, 06 Nov 1994 08:49:37 GMT"])
  func aServerThatSaysWhenIsAskedThen(time: String) async throws {
    let server = try await AnsweringServer(headers: [("Retry-After", time)]) { number, _, body in
      number < 6 ? (number.isMultiple(of: 2) ? 429 : 503, "slowly") : (200, Self.echo(body))
    }
    #expect(try await Self.answers(server, samples: 0, places: 0..<1).count == 1)
    #expect(server.total == 7)
    await server.stop()
  }

  @Test("A server that puts a request off again and again is asked eleven times") func aServerThatPutsOffIsAskedElevenTimes() async throws {
    let server = try await AnsweringServer(headers: [("Retry-After", "0")]) { _, _, _ in (429, "slowly") }
    let error = await #expect(throws: ChatClientError.self) { try await Self.answers(server, samples: 0, places: 0..<1) }
    #expect(error?.message.hasSuffix("refused with status 429: slowly") == true)
    #expect(server.total == 11)
    await server.stop()
  }

  @Test("A question that is refused is named, and those before it are answered") func aQuestionThatIsRefusedIsNamed() async throws {
    // The first question is put off, and so under way when the second one is refused.
    let server = try await AnsweringServer { number, _, body in
      body.contains("q1 ") ? (400, "too long") : body.contains("q0 ") && number < 3 ? (503, "busy") : (200, Self.echo(body))
    }
    let responder = ServerResponder(
      try ChatServer(server.address, model: "m"), Self.questions, samples: 0, seed: 1, concurrency: 3)
    var found: Set<Int> = []
    let error = await #expect(throws: ChatClientError.self) {
      for try await answered in responder.responses(to: 0..<5) { found.insert(answered.place) }
    }
    #expect(
      error?.message
        == "question \"1\" of b: \(server.address) refused with status 400: too long: leave it out of its file, or ask with fewer --max-tokens"
    )
    #expect(found.contains(0) && !found.contains(1))
    await server.stop()
  }

  @Test("A base model is asked to go on with a text") func aBaseModelIsAskedToGoOn() async throws {
    let server = try await AnsweringServer { _, path, body in
      let isText = path == "/v1/completions" && body.contains(#""prompt":"Question: 1 + 1?""#) && !body.contains("messages")
      return isText ? (200, #"{"choices":[{"text":" 2","finish_reason":"stop"}],"usage":{"completion_tokens":1}}"#) : (404, "")
    }
    let asked = [ServerResponder.Asking("question", .text("Question: 1 + 1?"), place: 0, maximumTokens: 4)]
    let responder = ServerResponder(try ChatServer(server.address, model: "m"), asked, samples: 1, seed: 1, concurrency: 1)
    for try await answered in responder.responses(to: 0..<1) {
      #expect(answered.responses == Array(repeating: ModelResponse(text: " 2", tokenCount: 1, isTruncated: false), count: 2))
    }
    #expect(server.total == 2)
    await server.stop()
  }

  @Test(
    "An address that is none is refused",
    arguments: ["", "localhost:8000", "ftp://x", "https://x/v1", "http://", "http:///v1"])
  func anAddressThatIsNoneIsRefused(address: String) {
    let error = #expect(throws: ChatClientError.self) { try ChatServer(address, model: "m") }
    #expect(error?.message.contains("expected an address such as http://127.0.0.1:8000/v1") == true)
  }

  @Test("An address is completed", arguments: ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"])
  func anAddressIsCompleted(address: String) throws {
    #expect(try ChatServer(address, model: "m").address == "http://h:1/v1")
  }
}
