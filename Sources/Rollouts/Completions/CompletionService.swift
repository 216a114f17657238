internal import Foundation
internal import Synchronization
internal import Tensors
public import Tokenizers
public import Transformer

/// One model that answers many callers at once, on a thread of its own.
///
/// Requests join the running batch as they come. Each is answered as if it were alone: its random numbers are named by its seed,
/// and no token depends on what else is in the batch. The text of a continuation leaves special tokens out. The thread ends when
/// nobody holds the service any more, nor listens to an answer.
public final class CompletionService: CompletionSource {
  /// The capacity of the service.
  public struct Options: Sendable {
    /// The most continuations under way at once.
    public var maximumSequences: Int

    /// Tokens of the longest prompt together with its continuation, as far as the cache holds them: at most the decoder's positions.
    public var maximumLength: Int

    /// The most bytes of keys and values. Continuations wait for room.
    public var cacheBytes: Int

    /// The most tokens of prompts between two tokens of a continuation.
    public var promptRows: Int

    /// The most requests at a time, waiting ones included.
    public var maximumRequests: Int

    /// Creates options.
    public init(
      maximumSequences: Int = 64, maximumLength: Int, cacheBytes: Int = 1 << 30, promptRows: Int = 256, maximumRequests: Int = 1024
    ) {
      self.maximumSequences = maximumSequences
      self.maximumLength = maximumLength
      self.cacheBytes = cacheBytes
      self.promptRows = promptRows
      self.maximumRequests = maximumRequests
    }
  }

  /// Tokens of the longest prompt together with its continuation.
  public let maximumLength: Int

  private let limits: GenerationLimits
  private let inbox: CompletionInbox
  private let nextID = Mutex(0)

  /// Starts a service.
  public init(_ decoder: Decoder, tokenizer: Tokenizer, options: Options) {
    let blocks = max(1, GenerationEngine.cacheBlocks(bytes: options.cacheBytes, of: decoder))
    // No more than all continuations at full length, each with a prompt of its own, could fill.
    let perSequence = InferencePass.blocks(for: options.maximumLength) + 1
    let (room, isTooMuch) = (2 * options.maximumSequences).multipliedReportingOverflow(by: perSequence)
    let cacheBlocks = isTooMuch ? blocks : min(blocks, room)
    // Every accepted request can be served: the longest sequence fits into the cache, with a shared block and one to continue in.
    let length = min(options.maximumLength, max(2, (cacheBlocks - 2) * Attention.blockPositions))
    limits = GenerationLimits(decoder, maximumLength: length, cacheBlocks: cacheBlocks)
    maximumLength = length
    let inbox = CompletionInbox(maximumRequests: options.maximumRequests)
    self.inbox = inbox
    let thread = Thread {
      let engine = GenerationEngine(
        decoder, maximumSequences: options.maximumSequences, maximumLength: length, promptRows: options.promptRows,
        cacheBlocks: cacheBlocks)
      CompletionLoop(engine, tokenizer: tokenizer, inbox: inbox).run()
    }
    thread.name = "completions"
    // Deep enough for numeric code that keeps small tiles on the stack.
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit {
    stop()
  }

  /// Queues a request: see ``CompletionSource/submit(_:)``. Returns at once.
  public func submit(_ request: CompletionRequest) throws -> AsyncThrowingStream<CompletionEvent, any Error> {
    try limits.check(GenerationRequest(request))
    try Self.check(request.stopTexts)
    let id = nextID.withLock { id in
      defer { id += 1 }
      return id
    }
    let (stream, continuation) = AsyncThrowingStream<CompletionEvent, any Error>.makeStream()
    continuation.onTermination = { [self] termination in
      if case .cancelled = termination { inbox.cancel(id) }
    }
    try inbox.add(CompletionInbox.Arrival(id: id, request: request, continuation: continuation))
    return stream
  }

  /// Ends the service after the current token. Requests under way end with an error whose code is `stopped`.
  public func stop() {
    inbox.stop()
  }

  private static let maximumStopTexts = 16
  private static let maximumStopBytes = 256

  private static func check(_ stopTexts: [String]) throws(RolloutsError) {
    guard stopTexts.count <= maximumStopTexts else {
      throw RolloutsError(.request, "\(stopTexts.count) stop texts, expected at most \(maximumStopTexts)")
    }
    guard stopTexts.allSatisfy({ (1...maximumStopBytes).contains($0.utf8.count) }) else {
      throw RolloutsError(.request, "a stop text is empty or too long, expected 1 to \(maximumStopBytes) bytes")
    }
  }
}

extension GenerationRequest {
  init(_ request: CompletionRequest) {
    self.init(
      promptTokens: request.promptTokens, sampleCount: request.sampleCount, seed: request.seed, slot: request.slot,
      options: request.options, stopTokens: request.stopTokens, alternativeCount: request.alternativeCount,
      scoresPrompt: request.scoresPrompt)
  }
}
