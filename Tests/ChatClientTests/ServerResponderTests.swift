import ChatClient
import ChatTemplates
import Evaluation
import Foundation
import Testing

/// A measurement of a model behind a server that echoes what it was asked.
@Suite struct ServerResponderTests {
  private static let questions = (0..<5).map {
    ServerResponder.Asking(
      .chat([ChatMessage(role: "system", content: "s"), ChatMessage(role: "user", content: "q\($0) \"\n")]), place: UInt32($0),
      maximumTokens: 7 + $0)
  }

  private static func echo(_ body: String) -> String {
    let quoted = try? JSONEncoder().encode(body)
    return
      #"{"choices":[{"message":{"content":\#(String(decoding: quoted ?? Data(), as: UTF8.self))},"finish_reason":"length"}],"usage":{"completion_tokens":5}}"#
  }

  private static func answers(
    _ server: AnsweringServer, samples: Int = 2, seed: UInt64 = 1, concurrency: Int = 3, places: Range<Int> = 0..<5
  ) async throws -> [Int: [ModelResponse]] {
    let responder = ServerResponder(
      try ChatServer(server.address, model: "m"), questions, samples: samples, seed: seed, concurrency: concurrency)
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
    ])
  func aRefusalIsOneLine(status: Int, body: String, part: String) async throws {
    let server = try await AnsweringServer { _, _, _ in (status, body) }
    let error = await #expect(throws: ChatClientError.self) { try await Self.answers(server, samples: 0) }
    #expect(error?.message.hasPrefix(server.address) == true && error?.message.contains(part) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
    await server.stop()
  }

  @Test("A base model is asked to go on with a text") func aBaseModelIsAskedToGoOn() async throws {
    let server = try await AnsweringServer { _, path, body in
      let isText = path == "/v1/completions" && body.contains(#""prompt":"Question: 1 + 1?""#) && !body.contains("messages")
      return isText ? (200, #"{"choices":[{"text":" 2","finish_reason":"stop"}],"usage":{"completion_tokens":1}}"#) : (404, "")
    }
    let asked = [ServerResponder.Asking(.text("Question: 1 + 1?"), place: 0, maximumTokens: 4)]
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
