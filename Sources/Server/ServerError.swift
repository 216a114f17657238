/// Why a request is refused or fails, or why the server cannot begin.
public struct ServerError: Error, Sendable, CustomStringConvertible {
  /// The kind of error.
  public enum Code: Sendable, Hashable, CaseIterable {
    /// The address cannot be listened on.
    case address
    /// The address can be reached from other hosts, and no key protects it.
    case exposed
    /// The models cannot be served together.
    case models
    /// The request is malformed, or asks for something that the server does not support.
    case invalidRequest
    /// The request has a parameter that nobody knows.
    case unknownParameter
    /// The request has a parameter that this server lacks.
    case unsupportedParameter
    /// Prompt and continuation are longer than the model's context.
    case contextLengthExceeded
    /// The key is missing or wrong.
    case unauthorized
    /// The request comes from a web page, or calls the server by a name, that is not allowed.
    case foreign
    /// The body is not JSON, by its type.
    case mediaType
    /// There is nothing at this path.
    case unknownRoute
    /// The model is not the one that is served.
    case unknownModel
    /// The path knows other methods.
    case wrongMethod
    /// The body is larger than is read.
    case tooLarge
    /// Too many requests are waiting.
    case busy
    /// The server is ending.
    case stopped
    /// The server's own failure.
    case failed
  }

  /// The kind of error.
  public let code: Code

  /// What was found and what was expected.
  public let message: String

  /// The request's parameter at fault, where there is one.
  public let parameter: String?

  /// The error below this one, where there is one.
  public let cause: (any Error)?

  /// Creates an error.
  public init(_ code: Code, _ message: String, parameter: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.parameter = parameter
    self.cause = cause
  }

  /// The message.
  public var description: String { message }
}
