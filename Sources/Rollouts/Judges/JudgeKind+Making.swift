internal import ChatTemplates
internal import Foundation
internal import HuggingFace
public import Meaning
public import Tensors
internal import Tokenizers
internal import Transformer

extension JudgeKind {
  /// Makes the judge; a judge with a model reads it here, and computes on `lanes`.
  ///
  /// Throws where the folder holds no such model, or one that the options don't fit.
  public func judge(_ options: JudgeOptions = JudgeOptions(), lanes: @autoclosure () -> Lanes) throws -> any AnswerJudge {
    switch self {
    case .exact: ExactJudge()
    case .math: MathJudge(options: options.math)
    case .choice: ChoiceJudge()
    case .text: TextJudge()
    case .embedding(let folder):
      try EmbeddingJudge(
        folder: URL(fileURLWithPath: folder), options: .init(threshold: options.similarity, rule: options.clusterRule), lanes: lanes())
    case .nli(let folder): try EntailmentJudge(folder: folder, options: .init(rule: options.clusterRule), lanes: lanes())
    case .verifier(let folder): try VerifierJudge(folder: folder, options: options, lanes: lanes())
    }
  }
}

extension VerifierJudge {
  /// A judge with the model of a folder.
  fileprivate convenience init(folder: String, options: JudgeOptions, lanes: Lanes) throws {
    let configuration = try ModelConfiguration(folder: folder)
    let prompt: VerifierPrompt
    switch options.prompt {
    case .generalVerifier: prompt = .generalVerifier
    case .plain:
      guard let template = try ChatTemplate.read(folder: folder) else {
        throw RolloutsError(
          .judge,
          "\(folder) has no chat template to ask it in: expected chat_template.jinja, or one in tokenizer_config.json, or the prompt "
            + Prompt.generalVerifier.rawValue)
      }
      prompt = try .plain(template: template, specialTokens: try SpecialTokens.read(folder: folder))
    }
    var own = Options(prompt: prompt, direction: options.direction, rule: options.clusterRule)
    own.maximumLength = min(own.maximumLength, configuration.maximumPositions)
    let decoder = Decoder(
      try ModelWeights(folder: folder, configuration: configuration), positions: own.maximumLength, lanes: lanes)
    try self.init(decoder, tokenizer: try Tokenizer(folder: folder), options: own)
  }

  private typealias Prompt = JudgeOptions.Prompt
}
