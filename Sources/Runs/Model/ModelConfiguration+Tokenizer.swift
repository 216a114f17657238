import HuggingFace
package import Tokenizers

extension ModelConfiguration {
  /// Throws unless the model knows every token of a folder's tokenizer.
  package func requireRoom(for tokenizer: Tokenizer, in folder: String) throws {
    guard tokenizer.vocabularySize > vocabularySize else { return }
    throw RunsError(
      .model,
      "\(folder): tokenizer.json has tokens up to \(tokenizer.vocabularySize - 1), but config.json says \"vocab_size\": \(vocabularySize); "
        + "expected a tokenizer of the same model")
  }
}
