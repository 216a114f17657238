import Foundation
import Hummingbird
import JSON
import Listening
import Logging
import NIOCore
import Server
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(15)))
struct ConnectionTests {
  private static let bodies = [
    #"{"prompt": "abcd", "max_tokens": 5}"#, #"{"prompt": "abcd", "max_tokens": 5, "stream": true}"#,
    #"{"prompt": ["abcd", "efgh"], "max_tokens": 5}"#,
  ]

  @Test("A client that goes away frees what it held", arguments: bodies, [false, true])
  func aClientThatGoesAwayFreesWhatItHeld(_ body: String, _ halfCloses: Bool) async throws {
    try await TestServer.run(.hangs) { server in
      let prompts = body.contains("efgh") ? 2 : 1
      var cancellations = server.source.cancellations.makeAsyncIterator()
      let begins: @Sendable () async -> Void = { _ = await server.source.begun.first { _ in true } }
      let request = TestServer.post("/v1/completions", body)
      try await server.connect(sending: request, halfClosing: halfCloses ? begins : nil) { pieces in
        if halfCloses { _ = await pieces.whole } else { await begins() }
      }
      for _ in 0..<prompts { #expect(await cancellations.next() != nil) }
      #expect(try await server.send(.get, "/health").status == .ok)
    }
  }

  @Test("A stream begins before its answer is done") func aStreamBeginsBeforeItsAnswerIsDone() async throws {
    try await TestServer.run(.hangs) { server in
      let body = #"{"messages": [{"role": "user", "content": "hi"}], "seed": 0, "stream": true}"#
      let request = TestServer.post("/v1/chat/completions", body)
      try await server.connect(sending: request) { pieces in
        let received = await pieces.text { $0.contains(#""content":"["#) }
        #expect(received.contains(#""role":"assistant""#))
        #expect(!received.contains("[DONE]"))
      }
      #expect(await server.source.cancellations.first { _ in true } != nil)
    }
  }

  @Test("A client that leaves a stream is no error") func aClientThatLeavesAStreamIsNoError() async throws {
    let log = LoggedLines()
    let logger = Logger(label: "test") { _ in log }
    try await TestServer.run(maximumLength: 100_000, logger: logger) { server in
      // More at a time than the connection takes, so that some is still to be written when it closes.
      let body = #"{"prompt": "abcd", "max_tokens": 2000, "n": 128, "stream": true}"#
      let request = TestServer.post("/v1/completions", body)
      for _ in 0..<4 {
        try await server.connect(sending: request) { pieces in
          _ = await pieces.text { $0.contains("data: ") }
        }
        let line = await log.lines.first { $0.message.hasPrefix("POST") || $0.level > .info }
        #expect(line?.message == "POST /v1/completions cancelled")
      }
    }
  }

  @Test("Long reading holds up no other request") func longReadingHoldsUpNoOtherRequest() async throws {
    let gate = DispatchSemaphore(value: 0)
    let (readings, begins) = AsyncStream<Void>.makeStream()
    let template: ServedModel.ChatRenderer = { messages, variables, addsGenerationPrompt in
      begins.yield()
      gate.wait()
      return try TestServer.render(messages, variables, addsGenerationPrompt)
    }
    try await TestServer.run(template: template) { server in
      // More than there are threads to share.
      let count = 2 + ProcessInfo.processInfo.activeProcessorCount
      try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { tasks in
        for _ in 0..<count {
          tasks.addTask { try await server.chat(#"{"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}"#).status }
        }
        _ = await readings.first { _ in true }
        #expect(try await server.send(.get, "/health").status == .ok)
        for _ in 0..<count { gate.signal() }
        for try await status in tasks { #expect(status == .ok) }
      }
    }
  }

  @Test("A connection serves one request after another") func aConnectionServesOneRequestAfterAnother() async throws {
    try await TestServer.run { server in
      let requests = [Self.bodies[0], "{", Self.bodies[1], Self.bodies[2]].map { TestServer.post("/v1/completions", $0) }
      try await server.connect(sending: requests.joined()) { pieces in
        let received = await pieces.text { $0.components(separatedBy: "HTTP/1.1 ").count > 4 && $0.hasSuffix("}") }
        #expect(received.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) } == ["200", "400", "200", "200"])
      }
    }
  }

  @Test("A hundred at once are each answered as alone") func aHundredAtOnceAreEachAnsweredAsAlone() async throws {
    try await TestServer.run { server in
      let bodies = (0..<100).map { index in
        let prompt = String("the quick brown fox jumps over the lazy dog".dropFirst(index % 30))
        return #"{"prompt": "\#(prompt)", "max_tokens": \#(1 + index % 40), "n": \#(1 + index % 3), "seed": \#(index), "logprobs": 2}"#
      }
      func choices(_ body: String) async throws -> JSONValue { try await server.complete(body).json["choices"] }
      var alone: [JSONValue] = []
      for body in bodies { alone.append(try await choices(body)) }
      let together = try await withThrowingTaskGroup(of: (Int, JSONValue).self) { tasks in
        for (index, body) in bodies.enumerated() {
          tasks.addTask { (index, try await server.complete(body).json["choices"]) }
        }
        var answers = Array(repeating: JSONValue.null, count: bodies.count)
        for try await (index, answer) in tasks { answers[index] = answer }
        return answers
      }
      #expect(alone.allSatisfy { !$0.elements.isEmpty })
      #expect(together == alone)
    }
  }

  @Test("An answer that is not done is cut when the server ends", arguments: bodies)
  func anAnswerThatIsNotDoneIsCutWhenTheServerEnds(_ body: String) async throws {
    try await TestServer.run(.hangs, options: ServerOptions(port: 0, limits: ListeningLimits(patience: .zero))) {
      (server: TestServer, group: ServiceGroup) in
      try await server.connect(sending: TestServer.post("/v1/completions", body)) { pieces in
        _ = await server.source.begun.first { _ in true }
        await group.triggerGracefulShutdown()
        _ = await pieces.whole
        #expect(await server.source.cancellations.first { _ in true } != nil)
      }
    }
  }

  @Test("An answer in time is finished when the server ends") func anAnswerInTimeIsFinishedWhenTheServerEnds() async throws {
    try await TestServer.run(options: ServerOptions(port: 0, limits: ListeningLimits(patience: .seconds(240)))) {
      (server: TestServer, group: ServiceGroup) in
      async let answer = server.complete(#"{"prompt": "abcd", "max_tokens": 100, "stream": true}"#)
      _ = await server.source.begun.first { _ in true }
      await group.triggerGracefulShutdown()
      let last = try await answer.events.last
      #expect(last == "[DONE]")
    }
  }
}
