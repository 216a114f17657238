package import JSON
package import Rollouts
package import Tokenizers

/// The model that a server answers with.
public struct ServedModel: Sendable {
  /// Writes a conversation as a prompt that ends where the model's answer begins: the messages as a request has them, with each
  /// content a string or null, and the template's further variables.
  package typealias ChatRenderer = @Sendable (_ messages: [JSONValue], _ variables: JSONObject) throws -> String

  /// Its name in requests.
  package var name: String

  /// Other names that requests may use, such as its folder's path.
  package var aliases: [String]

  /// The source of continuations.
  package var source: any CompletionSource

  /// Its tokenizer.
  package var tokenizer: Tokenizer

  /// Tokens that end a continuation.
  package var stopTokens: [Int32]

  /// Its chat template; nil where it has none.
  package var renderChat: ChatRenderer?

  /// Creates a model.
  package init(
    name: String, aliases: [String] = [], source: any CompletionSource, tokenizer: Tokenizer, stopTokens: [Int32],
    renderChat: ChatRenderer? = nil
  ) {
    self.name = name
    self.aliases = aliases
    self.source = source
    self.tokenizer = tokenizer
    self.stopTokens = stopTokens
    self.renderChat = renderChat
  }

  func isCalled(_ other: String) -> Bool { other == name || aliases.contains(other) }
}
