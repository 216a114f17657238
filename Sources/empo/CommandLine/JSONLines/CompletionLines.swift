import Foundation
import JSON
import Rollouts

/// A service's whole answer to one request.
struct CompletionAnswer: Sendable {
  /// A continuation.
  struct Response: Sendable {
    var tokens: [ScoredToken] = []
    var text = ""
    var reason = FinishReason.length
  }

  /// The scores of the prompt's tokens, where they were asked for.
  var prompt: [ScoredToken] = []

  /// The continuations, in order.
  var responses: [Response]

  /// Reads a stream to its end; `heard` gets each sample's text as it comes.
  init(
    of stream: AsyncThrowingStream<CompletionEvent, any Error>, samples: Int, heard: (_ sample: Int, _ text: String) throws -> Void
  ) async throws {
    responses = Array(repeating: Response(), count: samples)
    for try await event in stream {
      switch event {
      case .prompt(let tokens): prompt = tokens
      case .token(let sample, let token, let text):
        responses[sample].tokens.append(token)
        responses[sample].text += text
        try heard(sample, text)
      case .finished(let sample, let reason, let text):
        responses[sample].text += text
        responses[sample].reason = reason
        try heard(sample, text)
      }
    }
  }
}

/// A line with its request to the service.
struct AskedLine: Sendable {
  let line: JSONLine
  /// Nothing, where the answer needs no model.
  let request: CompletionRequest?
}

/// Lines in, answers out in the lines' order, many under way at a time.
///
/// Lines are read on a thread of their own, far enough ahead of the answers to keep a service busy. Each answer is written as soon as it
/// and those before it are complete.
enum CompletionLines {
  /// Lines that are read ahead of the answers.
  private static let window = 256

  /// A line that is being answered.
  private struct Pending: Sendable {
    let asked: AskedLine
    let stream: AsyncThrowingStream<CompletionEvent, any Error>?
  }

  /// Answers every line. `ask` makes a request of a line and its number among the lines that are not blank.
  static func answer(
    _ reader: JSONLineReader, with service: CompletionService, expected: String,
    ask: @escaping @Sendable (_ line: JSONLine, _ index: Int) throws -> AskedLine,
    reply: (_ asked: AskedLine, _ answer: CompletionAnswer?) throws -> JSONValue
  ) async throws {
    let (lines, continuation) = AsyncThrowingStream<Pending, any Error>.makeStream()
    // Filled by hand: a semaphore must not end below its initial value, as it would after a wrong line.
    let room = DispatchSemaphore(value: 0)
    for _ in 0..<window { room.signal() }
    let thread = Thread {
      var reader = reader
      var index = 0
      do {
        while let line = try reader.next() {
          room.wait()
          let asked = try ask(try JSONLine(line, of: reader, expected: expected), index)
          let stream: AsyncThrowingStream<CompletionEvent, any Error>?
          do {
            stream = try asked.request.map(service.submit)
          } catch let error as RolloutsError {
            throw asked.line.failure(error.message)
          }
          continuation.yield(Pending(asked: asked, stream: stream))
          index += 1
        }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    thread.name = "lines"
    thread.start()
    for try await pending in lines {
      var answer: CompletionAnswer?
      if let stream = pending.stream {
        answer = try await CompletionAnswer(of: stream, samples: pending.asked.request?.sampleCount ?? 0) { _, _ in }
      }
      try JSONLineWriter.write(try reply(pending.asked, answer))
      room.signal()
    }
  }
}
