/// The version of the conversation. A learner refuses a worker that speaks another.
public let protocolVersion: UInt32 = 7

/// Bounds of everything that travels. A writer sends nothing that exceeds them; a reader refuses it before it allocates.
///
/// Lengths of strings are in bytes of UTF-8.
public enum Limits {
  /// A worker's name, which is also its socket identity.
  public static let workerNameBytes = 64

  /// Short texts: software versions, fingerprints, run names, question identifiers, file and parameter names, endpoints.
  public static let nameBytes = 256

  /// The one-line reason of a refusal.
  public static let reasonBytes = 1024

  /// A question, an answer.
  public static let textBytes = 1 << 20

  /// Accepted answers of a question.
  public static let answers = 1 << 10

  /// Tokens of one prompt or one response.
  public static let tokens = 1 << 17

  /// Responses of a group.
  public static let groupSize = 1 << 10

  /// Groups of a part of a gradient.
  public static let groups = 1 << 16

  /// Extreme ratios of a part of a gradient.
  public static let extremeRatios = 1 << 20

  /// Tasks of one message.
  public static let tasks = 1 << 10

  /// Leases named in one message.
  public static let leases = 1 << 12

  /// Files of a welcome.
  public static let files = 16

  /// One file of a welcome.
  public static let fileBytes = 1 << 26

  /// Tensors of a weight manifest.
  public static let parameters = 1 << 16

  /// Dimensions of a tensor.
  public static let rank = 8

  /// All weights of one policy version, and the base weights.
  public static let weightBytes: UInt64 = 1 << 40

  /// Weight bytes in one chunk.
  public static let chunkBytes = 1 << 24

  /// Chunks of one policy version, or of the base weights.
  public static let chunks = 1 << 20

  /// A whole message from a worker.
  public static let workerMessageBytes = 1 << 26

  /// A whole message from the learner, over either socket.
  public static let learnerMessageBytes = 1 << 27
}
