import Hummingbird
import JSON
import Rollouts

extension ModelResponder {
  /// Runs a call and writes its answer in the given shape. It is cancelled when the client goes away. Its place is left with its end.
  func answer(
    _ call: Call, _ format: some ReplyFormat, _ watch: ConnectionWatch, _ place: CallPlace, _ log: AccessLog
  ) async throws -> Response {
    do {
      let run = try CallRun(call.requests, source: format.model.source)
      let fragments = Fragments(call: call, model: format.model)
      if call.streams { return stream(run, call, format, fragments, watch, place, log) }

      defer { place.leave() }
      let number = watch.onClose(run.cancel)
      defer { watch.remove(number) }
      let (choices, usage) = try await whole(run, call, fragments)
      log.write(.ok, usage: usage)
      return Self.response(format.reply(choices, usage: usage), status: .ok)
    } catch let error as RolloutsError {
      throw ServerError(telling: error, promptParameter: call.promptParameter)
    }
  }

  /// Every choice with all of its fragments.
  private func whole(_ run: CallRun, _ call: Call, _ fragments: Fragments) async throws -> ([Fragment], Usage) {
    var fragments = fragments
    var choices = (0..<fragments.choiceCount).map { Fragment(choice: $0, text: "") }
    func add(_ parts: [Fragment]) {
      for part in parts {
        choices[part.choice].text += part.text
        choices[part.choice].tokens += part.tokens
        choices[part.choice].finish = part.finish ?? choices[part.choice].finish
      }
    }
    add(fragments.opening())
    for try await event in run.events { add(fragments.fragments(for: event)) }
    guard fragments.isComplete else { throw CancellationError() }
    return (choices, Usage(promptTokens: call.promptTokenCount, completionTokens: fragments.completionTokenCount))
  }

  /// A stream of server-sent events. A failure on the way is sent as the last of them, since the status has been sent already.
  private func stream(
    _ run: CallRun, _ call: Call, _ format: some ReplyFormat, _ fragments: Fragments, _ watch: ConnectionWatch, _ place: CallPlace,
    _ log: AccessLog
  ) -> Response {
    let body = ResponseBody { writer in
      defer { place.leave() }
      let number = watch.onClose(run.cancel)
      defer { watch.remove(number) }
      var chunks = ReplyChunks(run: run, call: call, format: format, fragments: fragments)
      do {
        while let chunk = try await chunks.next() {
          do {
            try await writer.write(Self.event(chunk))
          } catch {
            // Nobody reads any more; the watch may not have noticed yet.
            throw CancellationError()
          }
        }
        log.write(.ok, usage: chunks.usage)
      } catch let error where error is CancellationError || watch.isClosed {
        log.writeCancelled(usage: chunks.usage)
        throw CancellationError()
      } catch {
        let told = ServerError(telling: error, promptParameter: call.promptParameter)
        log.write(told.status, usage: chunks.usage, error: error)
        try await writer.write(Self.event(told.json))
      }
      try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"], body: body)
  }

  private static func event(_ value: JSONValue) -> ByteBuffer {
    ByteBuffer(bytes: Array("data: ".utf8) + value.oneLine + Array("\n\n".utf8))
  }
}
