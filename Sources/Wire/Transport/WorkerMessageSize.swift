/// How long a worker's messages can become in a run: what a learner's socket takes for a frame is taken before anybody knows from whom.
public enum WorkerMessageSize {
  /// Enough for every message but a group: names, 4,096 leases, and the chunks of one request.
  public static let least = 1 << 17

  /// What MessagePack and a response's figures add to its tokens and its answer.
  private static let responseBytes = 256

  /// The bytes of the longest message of a run, never above ``Limits/workerMessageBytes``.
  ///
  /// - Parameters:
  ///   - responses: The most responses of a group.
  ///   - tokens: The most tokens of a response. Each is sent with its log-probability: 8 bytes.
  ///   - answerBytes: The longest answer, in bytes of UTF-8.
  public static func longest(responses: Int, tokens: Int, answerBytes: Int) -> Int {
    let (responses, tokens) = (min(responses, Limits.groupSize), min(tokens, Limits.tokens))
    let response = 8 * tokens + min(answerBytes, Limits.textBytes) + responseBytes
    return min(Limits.workerMessageBytes, least + responses * response)
  }

  /// The bytes of the longest message about a gradient whose part has so many responses: a chunk, or a summary that names each of them.
  public static func gradient(responses: Int) -> Int { min(Limits.workerMessageBytes, least + GradientChunk.bytesEach + 64 * responses) }
}
