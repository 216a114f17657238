/// Something that continues texts for many callers at once.
public protocol CompletionSource: Sendable {
  /// Queues a request. A caller cancels it by ending the iteration of its events, which frees its resources for others.
  ///
  /// Throws a ``RolloutsError`` where the request cannot be served: more tokens than there are positions, a token outside the
  /// vocabulary, too many requests waiting.
  func submit(_ request: CompletionRequest) throws -> AsyncThrowingStream<CompletionEvent, any Error>

  /// Tokens of the longest prompt together with its continuation.
  var maximumLength: Int { get }
}
