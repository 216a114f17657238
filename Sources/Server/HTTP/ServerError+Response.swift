import Hummingbird
import JSON
import Rollouts

extension ServerError {
  /// The error for a client. A fault of its own request is reported as it is; of any other failure the details stay out.
  ///
  /// - Parameter promptParameter: The parameter that the source's requests were made of.
  init(telling error: any Error, promptParameter: String? = nil) {
    switch error {
    case let error as ServerError: self = error
    case let error as RolloutsError:
      switch error.code {
      case .request: self.init(.invalidRequest, error.message, parameter: promptParameter, cause: error)
      case .model, .judge: self.init(.failed, error.message, cause: error)
      case .busy: self.init(.busy, "Too many requests are waiting: \(error.message). Try again later.", cause: error)
      case .stopped: self.init(.stopped, "The server is ending.", cause: error)
      }
    default: self.init(.failed, "The server had an error while processing your request.", cause: error)
    }
  }

  /// OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`.
  var json: JSONValue {
    .members([
      "error": .members([
        "message": .string(message), "type": .string(type), "param": parameter.map { .string($0) } ?? .null,
        "code": name.map { .string($0) } ?? .null,
      ])
    ])
  }

  var status: HTTPResponse.Status {
    switch code {
    case .invalidRequest, .unknownParameter, .unsupportedParameter, .contextLengthExceeded: .badRequest
    case .unauthorized: .unauthorized
    case .foreign: .forbidden
    case .mediaType: .unsupportedMediaType
    case .unknownRoute, .unknownModel: .notFound
    case .wrongMethod: .methodNotAllowed
    case .tooLarge: .contentTooLarge
    case .busy: .tooManyRequests
    case .stopped: .serviceUnavailable
    case .failed, .address, .exposed, .models: .internalServerError
    }
  }

  private var type: String {
    switch code {
    case .busy: "rate_limit_error"
    case .stopped, .failed, .address, .exposed, .models: "server_error"
    default: "invalid_request_error"
    }
  }

  private var name: String? {
    switch code {
    case .contextLengthExceeded: "context_length_exceeded"
    case .unauthorized: "invalid_api_key"
    case .foreign: "foreign_request"
    case .mediaType: "unsupported_media_type"
    case .unknownParameter: "unknown_parameter"
    case .unsupportedParameter: "unsupported_parameter"
    case .unknownModel: "model_not_found"
    case .unknownRoute: "unknown_url"
    case .wrongMethod: "method_not_allowed"
    case .tooLarge: "request_too_large"
    case .busy: "queue_full"
    case .stopped: "server_stopping"
    case .invalidRequest, .failed, .address, .exposed, .models: nil
    }
  }
}
