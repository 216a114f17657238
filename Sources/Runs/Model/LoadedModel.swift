package import ChatTemplates
import Foundation
import HuggingFace
package import Rollouts
import Synchronization
import Tensors
package import Tokenizers
package import Transformer

/// A model's folder, or a PEFT folder beside its base, that is ready to answer: weights, tokenizer, chat template.
package struct LoadedModel: Sendable {
  /// The folder.
  package let folder: String

  /// The folder of its tokenizer and chat template: that of adapters may have none of its own.
  package let textFolder: String

  /// The model, for sequences of up to ``positions`` tokens.
  package let decoder: Decoder

  /// Tokens of the longest sequence.
  package let positions: Int

  /// Its tokenizer.
  package let tokenizer: Tokenizer

  /// Its chat template, if it has one.
  package let template: ChatTemplate?

  /// The special tokens that the template may write.
  package let specialTokens: SpecialTokens

  /// The tokens that end an answer.
  package var stopTokens: [Int32] { decoder.configuration.endTokens }

  /// Sequences longer than this must be asked for: their tables and caches take memory.
  package static let usualPositions = 32_768

  /// Loads a folder, the weights beside the rest.
  /// - Parameters:
  ///   - threads: Threads that compute; by default as many as there are processors.
  ///   - positions: Tokens of the longest sequence; by default what the model is meant for, within reason.
  package init(
    folder: String, threads: Int? = nil, positions: Int? = nil, arithmetic: ArithmeticChoice = .exact
  ) throws {
    self.folder = folder
    let source = try ModelFolder(folder)
    textFolder = source.textFolder
    let configuration = try ModelConfiguration(folder: source.base)
    let lanes = threads ?? ProcessInfo.processInfo.activeProcessorCount
    _ = try MemoryNeed(answering: configuration, storing: source.weightType(), threads: lanes).check()
    let parts = Mutex<(weights: Result<ModelWeights, any Error>?, text: Result<(Tokenizer, ChatTemplate?), any Error>?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { part in
      if part == 0 {
        let weights = Result { try source.weights(of: configuration) }
        parts.withLock { $0.weights = weights }
      } else {
        let text = Result { (try Tokenizer(folder: source.textFolder), try ChatTemplate.read(folder: source.textFolder)) }
        parts.withLock { $0.text = text }
      }
    }
    let (weights, text) = parts.withLock { $0 }
    guard let weights = try weights?.get(), let text = try text?.get() else { preconditionFailure("both parts have run") }
    (tokenizer, template) = text
    try configuration.requireRoom(for: tokenizer, in: folder)
    specialTokens = template == nil ? SpecialTokens() : try SpecialTokens.read(folder: source.textFolder)
    self.positions = min(positions ?? Self.usualPositions, configuration.maximumPositions)
    guard self.positions > 1 else {
      throw RunsError(.model, "\(folder): config.json: \"max_position_embeddings\" is 1, expected room for a prompt and a token")
    }
    decoder = Decoder(
      weights, positions: self.positions, lanes: Lanes(count: lanes), arithmetic: try arithmetic.resolved(storing: weights.type),
      packing: true)
  }

  init(
    folder: String, textFolder: String, decoder: Decoder, positions: Int, tokenizer: Tokenizer, template: ChatTemplate?,
    specialTokens: SpecialTokens
  ) {
    self.folder = folder
    self.textFolder = textFolder
    self.decoder = decoder
    self.positions = positions
    self.tokenizer = tokenizer
    self.template = template
    self.specialTokens = specialTokens
  }

  /// A service that answers with the model.
  ///
  /// - Parameter share: How many models share this host's memory for keys and values.
  package func service(maximumSequences: Int = 64, promptRows: Int = 256, share: Int = 1) -> CompletionService {
    CompletionService(
      decoder, tokenizer: tokenizer,
      options: .init(
        maximumSequences: maximumSequences, maximumLength: positions, cacheBytes: Self.cacheBytes / share, promptRows: promptRows))
  }

  /// The most bytes of keys and values, of which only those are taken that are used: a quarter of the memory that this process
  /// may have, up to 8 GiB.
  static var cacheBytes: Int {
    min(8 << 30, Int(clamping: Int64(min(MemoryBounds.current().room, 1e15) / 4)))
  }

  /// The prompt that the chat template makes of a conversation, with variables of the template.
  package func prompt(_ messages: [ChatMessage], variables: TemplateVariables = TemplateVariables()) throws -> [Int32] {
    guard let template else {
      throw RunsError(.model, "\(folder) has no chat template: expected chat_template.jinja, or one in tokenizer_config.json")
    }
    let text = try template.render(
      Conversation(messages: messages, addsGenerationPrompt: true, variables: variables.object, specialTokens: specialTokens))
    // The template writes the tokens that begin a document itself.
    return tokenizer.encode(text, addingSpecialTokens: false)
  }
}
