import ChatTemplates
import HuggingFace
import Tokenizers
import Transformer

extension LoadedModel {
  /// The model with the adapters of a PEFT folder, beside this one: the two share the weights, of which there is one copy.
  ///
  /// Throws where the folder holds no adapters, or some that do not fit the model, or where the model has adapters already.
  package func with(adapters path: String) throws -> LoadedModel {
    guard decoder.weights.lora == nil else {
      throw RunsError(.model, "\(folder) holds adapters itself: expected a whole model below others, such as empo export --merge makes")
    }
    guard ModelFolder.holdsAdapters(path) else { throw RunsError(.model, "\(path) holds no adapters: expected a PEFT folder") }
    let source = try ModelFolder(path, base: folder)
    guard let adapters = source.adapters, let parameters = try source.parameters(of: decoder.configuration) else {
      preconditionFailure("\(path) holds adapters")
    }
    let hasOwnText = source.textFolder != textFolder
    let tokenizer = hasOwnText ? try Tokenizer(folder: source.textFolder) : tokenizer
    let template = hasOwnText ? try ChatTemplate.read(folder: source.textFolder) : template
    try decoder.configuration.requireRoom(for: tokenizer, in: path)
    return LoadedModel(
      folder: path, textFolder: source.textFolder, decoder: Decoder(decoder, adapters: parameters, adapters.configuration.lora),
      positions: positions, tokenizer: tokenizer, template: template,
      specialTokens: template == nil ? SpecialTokens() : try SpecialTokens.read(folder: source.textFolder))
  }
}
