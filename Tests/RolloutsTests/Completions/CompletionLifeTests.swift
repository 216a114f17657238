import NumericTestSupport
import Rollouts
import Testing
import Transformer

/// How requests come and go.
struct CompletionLifeTests {
  /// A request that outlasts its listener: millions of tokens, hours of the engine, since a listener may wait minutes for its turn where
  /// many tests run.
  static let long = CompletionRequest(
    promptTokens: [5, 6], sampleCount: 10_000, options: SamplingOptions(maximumNewTokens: 1_000), stopTokens: [])

  static func service(requests: Int) throws -> CompletionService {
    try CompletionService(
      TinyModel.decoder(positions: 1_100), tokenizer: TinyTokenizer.make(),
      options: .init(maximumSequences: 4, maximumLength: 1_100, cacheBytes: 1 << 26, maximumRequests: requests))
  }

  static func code(of body: () async throws -> Void) async -> RolloutsError.Code? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? RolloutsError)?.code
    }
  }

  @Test func `Whoever stops listening makes room for others`() async throws {
    let service = try Self.service(requests: 2)
    for _ in 0..<5 {
      // Both places are taken by requests that would take hours. One listener goes after some tokens, one before any.
      var isFirst = true
      for try await _ in try service.submit(Self.long) where isFirst {
        isFirst = false
        let other = try service.submit(Self.long)
        #expect(await Self.code { _ = try service.submit(Self.long) } == .busy)
        _ = consume other
        break
      }
      var short = Self.long
      short.sampleCount = 1
      short.options.maximumNewTokens = 3
      // The places are free at the next step of the engine, which nothing announces.
      var answer: CompletionServiceTests.Answer?
      while answer == nil {
        do {
          answer = try await CompletionServiceTests.answer(short, from: service)
        } catch let error as RolloutsError where error.code == .busy {
          await Task.yield()
        }
      }
      #expect(answer?.tokens[0].count == 3)
    }
  }

  @Test func `A cancelled task ends its request`() async throws {
    let service = try Self.service(requests: 1)
    let (begun, announce) = AsyncStream<Void>.makeStream()
    let task = Task {
      for try await _ in try service.submit(Self.long) { announce.yield() }
    }
    for await _ in begun { break }
    task.cancel()
    _ = await task.result
    var short = Self.long
    short.sampleCount = 1
    short.options.maximumNewTokens = 1
    var isAnswered = false
    while !isAnswered {
      isAnswered = await Self.code { _ = try await CompletionServiceTests.answer(short, from: service) } == nil
    }
  }

  @Test func `A service that stops ends what is under way, and takes nothing more`() async throws {
    let service = try Self.service(requests: 10)
    let streams = try (0..<5).map { _ in try service.submit(Self.long) }
    for try await _ in streams[0] { break }
    service.stop()
    for stream in streams.dropFirst() {
      #expect(await Self.code { for try await _ in stream {} } == .stopped)
    }
    #expect(await Self.code { _ = try service.submit(Self.long) } == .stopped)
    service.stop()
  }

  @Test func `A service that nobody holds answers what it was asked`() async throws {
    var service: CompletionService? = try Self.service(requests: 10)
    var short = Self.long
    short.sampleCount = 3
    let stream = try #require(try service?.submit(short))
    service = nil
    var ends = 0
    for try await event in stream {
      if case .finished = event { ends += 1 }
    }
    #expect(ends == 3)
  }

  @Test(arguments: [
    CompletionRequest(promptTokens: [], stopTokens: []),
    CompletionRequest(promptTokens: [37], stopTokens: []),
    CompletionRequest(promptTokens: [-1], stopTokens: []),
    CompletionRequest(promptTokens: [1], sampleCount: 0, stopTokens: []),
    CompletionRequest(promptTokens: [1], sampleCount: .max, stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(maximumNewTokens: 0), stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(maximumNewTokens: .max), stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(maximumNewTokens: -1), stopTokens: [], scoresPrompt: true),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(temperature: -1), stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(temperature: .nan), stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(topK: -1), stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(topP: 0), stopTokens: []),
    CompletionRequest(promptTokens: [1], options: SamplingOptions(topP: .nan), stopTokens: []),
    CompletionRequest(promptTokens: [1], stopTokens: [], stopTexts: [""]),
    CompletionRequest(promptTokens: [1], stopTokens: [], alternativeCount: 21),
    CompletionRequest(promptTokens: [Int32](repeating: 1, count: 1_090), options: .init(maximumNewTokens: 11), stopTokens: []),
  ])
  func `What cannot be served is refused at once`(_ request: CompletionRequest) async throws {
    let service = try Self.service(requests: 10)
    #expect(await Self.code { _ = try service.submit(request) } == .request)
  }
}
