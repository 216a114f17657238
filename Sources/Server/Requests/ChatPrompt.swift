import JSON
import Tokenizers

/// Turns a request's messages into the tokens of a prompt.
enum ChatPrompt {
  static func tokens(_ fields: RequestFields, model: ServedModel, addingSpecialTokens: Bool = false) throws(ServerError) -> [Int32] {
    let messages = try ChatMessages.read(fields)
    guard let render = model.renderChat else {
      throw fields.refusal("messages", "the model '\(model.name)' has no chat template: use /v1/completions")
    }
    let ending = try ChatEnding(fields, messages: messages)
    let variables = try fields.object("chat_template_kwargs")?.members ?? JSONObject()
    let conversation: String
    do {
      conversation = try render(messages, variables, ending.addsGenerationPrompt)
    } catch {
      throw ServerError(.invalidRequest, "the chat template refuses these messages: \(error)", parameter: "messages", cause: error)
    }
    guard let prompt = ending.prompt(of: conversation) else {
      throw fields.refusal("continue_final_message", "the chat template does not write the last message as it is")
    }
    let tokens = model.tokenizer.encode(prompt, addingSpecialTokens: addingSpecialTokens)
    guard !tokens.isEmpty else { throw fields.refusal("messages", "the chat template makes an empty prompt of them") }
    return tokens
  }
}
