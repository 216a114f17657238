package import JSON
package import Rollouts
package import Tokenizers

/// The model that a server answers with.
public struct ServedModel: Sendable {
  /// Writes a conversation as a text: the messages as a request has them, with each content a string or null, the template's further
  /// variables, and whether the text ends where the model's answer begins.
  package typealias ChatRenderer =
    @Sendable (
      _ messages: [JSONValue], _ variables: JSONObject, _ addsGenerationPrompt: Bool
    ) throws -> String

  /// Its name in requests.
  package var name: String

  /// Other names that requests may use, such as its folder's path.
  package var aliases: [String]

  /// The name of the model beside whose weights its adapters lie; nil where it has none.
  package var base: String?

  /// The source of continuations.
  package var source: any CompletionSource

  /// Its tokenizer.
  package var tokenizer: Tokenizer

  /// Tokens that end a continuation.
  package var stopTokens: [Int32]

  /// Its chat template; nil where it has none.
  package var renderChat: ChatRenderer?

  /// The members of `/tokenizer_info`: the special tokens by name, and the template's text.
  package var tokenizerInformation: JSONObject

  /// Creates a model.
  package init(
    name: String, aliases: [String] = [], base: String? = nil, source: any CompletionSource, tokenizer: Tokenizer, stopTokens: [Int32],
    renderChat: ChatRenderer? = nil, tokenizerInformation: JSONObject = JSONObject()
  ) {
    self.name = name
    self.aliases = aliases
    self.base = base
    self.source = source
    self.tokenizer = tokenizer
    self.stopTokens = stopTokens
    self.renderChat = renderChat
    self.tokenizerInformation = tokenizerInformation
  }

  func isCalled(_ other: String) -> Bool { other == name || aliases.contains(other) }
}
