import Hummingbird

/// What a request's path names.
enum Route: Equatable {
  case health
  case models
  /// A model by name, as the path spells it.
  case model(String)
  case completions
  case chat
  case tokenize
  case detokenize
  case tokenizerInformation

  /// The route of a path; nil where there is nothing.
  init?(path: String) {
    switch path {
    case "/health": self = .health
    case "/v1/models": self = .models
    case "/v1/completions": self = .completions
    case "/v1/chat/completions": self = .chat
    case "/tokenize": self = .tokenize
    case "/detokenize": self = .detokenize
    case "/tokenizer_info": self = .tokenizerInformation
    case _ where path.hasPrefix("/v1/models/"): self = .model(String(path.dropFirst("/v1/models/".count)))
    default: return nil
    }
  }

  /// The methods that it takes. What can be read has a head as well.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .health, .models, .model, .tokenizerInformation: [.get, .head]
    case .completions, .chat, .tokenize, .detokenize: [.post]
    }
  }

  /// The methods as the `Allow` field has them.
  var allowed: String { methods.map(\.rawValue).joined(separator: ", ") }
}
